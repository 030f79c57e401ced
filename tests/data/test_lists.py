import pytest

from rectutor.data.lists import read_catalogue, read_lists, read_pairs


def written(tmp_path, text: str):
    path = tmp_path / "recs.csv"
    path.write_text(text, encoding="utf-8")
    return path


def pairs(rows):
    return list(rows[["user_id", "item_id"]].itertuples(index=False, name=None))


def test_the_lowest_rank_stands_first_wherever_ranks_begin(tmp_path):
    given = read_lists(written(tmp_path, "user_id,item_id,rank\nb,1,10\na,2,1\nb,3,9\na,4,0\n"))
    assert pairs(given.rows) == [("b", "3"), ("b", "1"), ("a", "4"), ("a", "2")]
    assert given.order == "rank, lowest first" and given.notes == ()


def test_the_highest_score_stands_first_and_equals_keep_their_order(tmp_path):
    given = read_lists(written(tmp_path, "user_id,item_id,score\n1,a,.5\n1,b,.9\n1,c,.5\n2,d,.5\n"))
    assert pairs(given.rows)[:3] == [("1", "b"), ("1", "a"), ("1", "c")]
    assert given.order == "score, highest first"
    assert given.notes == (
        "1 rows have the score of the row above them in the same list; among equals the order of "
        "the rows decides",
    )


def test_without_rank_and_score_the_rows_stand_as_they_came(tmp_path):
    given = read_lists(written(tmp_path, "user_id,item_id\n1, a \n2,x\n1,b\n"))
    assert pairs(given.rows) == [("1", "a"), ("1", "b"), ("2", "x")]
    assert given.order == "the order of the rows" and given.notes == ()


def test_rank_wins_over_score_and_says_so(tmp_path):
    given = read_lists(written(tmp_path, "user_id,item_id,rank,score\n1,a,2,9\n1,b,1,3\n"))
    assert pairs(given.rows) == [("1", "b"), ("1", "a")]
    assert given.notes == ("both rank and score are there; the rank decides",)


def test_a_row_without_item_and_a_rank_that_is_no_number_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"needs a item_id in every row; row 2 has none \(1 such"):
        read_lists(written(tmp_path, "user_id,item_id,rank\n1,a,1\n1, ,2\n"))
    with pytest.raises(ValueError, match='a number in column "rank"; row 1 has "first"'):
        read_lists(written(tmp_path, "user_id,item_id,rank\n1,a,first\n"))
    with pytest.raises(ValueError, match=r'column "item_id".*did you mean "itemId"\?\); rename'):
        read_lists(written(tmp_path, "user_id,itemId\n1,a\n"))


def test_a_pair_that_stands_twice_counts_once(tmp_path):
    held = read_pairs(written(tmp_path, "user_id,item_id,rating\n1,a,3\n1,b,4\n1,a,5\n"))
    assert pairs(held) == [("1", "a"), ("1", "b")]


def test_the_id_stands_in_for_a_missing_title(tmp_path):
    items = read_catalogue(written(tmp_path, "item_id,title,genres\n7,Up,Comedy\n8,,\n"))
    assert items["title"].tolist() == ["Up", "8"] and items["genres"].tolist() == ["Comedy", ""]
    assert read_catalogue(written(tmp_path, "item_id\n7\n"))["title"].tolist() == ["7"]


def test_an_item_that_is_described_twice_is_named(tmp_path):
    with pytest.raises(ValueError, match=r'each item once; row 3 has "7" again \(1 such rows\)'):
        read_catalogue(written(tmp_path, "item_id,title\n7,Up\n8,Heat\n7,Up!\n"))
