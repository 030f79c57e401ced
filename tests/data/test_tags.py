"""Tags of films: which are told, in which order, and what is refused."""

import pytest

from rectutor.data.describe import describe
from rectutor.data.movielens import read_latest_small
from rectutor.data.tags import read_tags

TAGS = (
    "userId,movieId,tag,timestamp\r\n"
    "2,7,Space ,100\r\n3,7,space,101\r\n3,7,space,102\r\n2,7,aliens,100\r\n4,7,robots,100\r\n"
    "2,9,In Netflix queue,100\r\n2,8,dark,100\r\n"
)


@pytest.fixture
def path(tmp_path):
    (tmp_path / "tags.csv").write_bytes(TAGS.encode())
    return tmp_path / "tags.csv"


def test_tags_that_most_people_gave_come_first_and_equal_ones_by_the_alphabet(path):
    assert read_tags(path, [9, 7, 1]) == [(), ("space", "aliens", "robots"), ()]


def test_at_most_so_many_are_told(path):
    assert read_tags(path, [7], most=2) == [("space", "aliens")]
    with pytest.raises(ValueError, match="most must be 1 or more tags, got 0"):
        read_tags(path, [7], most=0)


def test_another_file_is_refused(tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("userId,movieId,word\n1,2,x\n")
    with pytest.raises(ValueError, match=r'other\.csv needs a column "tag", found .*\'word\''):
        read_tags(other, [2])


def test_films_are_described_by_their_tags_where_the_file_is_there(tmp_path):
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n7,Alien (1979),Horror\n8,Emma,\n")
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,7,5.0,1\n1,8,3.0,2\n")
    assert "tags" not in read_latest_small(tmp_path).items
    (tmp_path / "tags.csv").write_text("userId,movieId,tag,timestamp\n3,7,Space,1\n")
    told = describe(read_latest_small(tmp_path).items)
    assert told == ["Title: Alien. Year: 1979. Genre: horror. Tags: space.", "Title: Emma."]


@pytest.mark.real_data
def test_the_real_file_has_tags_for_a_sixth_of_the_films(real_data):
    items = read_latest_small(real_data / "ml-latest-small").items
    assert (items["tags"].str.len() > 0).sum() == pytest.approx(1_500, abs=80)
    assert "in netflix queue" not in {tag for tags in items["tags"] for tag in tags}
    assert items["tags"].str.len().max() == 5
