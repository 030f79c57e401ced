# ---
# jupyter:
#   rectutor:
#     lesson: "01"
#     title: What is one rank worth?
#     minutes: 5
#     budget_seconds: 20
#     budget_mb: 600
# ---

# %% [markdown]
# # What is one rank worth?
# A lesson in miniature: one prediction, one measured sentence, one exercise.

# %% id="start"
import math
import time

from rectutor.course import ask, calibration, closed_book, lesson01, need, reveal

K = 10

# %%
ask("worth", "What is a film at rank 3 worth, if rank 1 is worth 1?", ["0.33", "0.5", "0.63"])

# %% [markdown]
# ## 1. Measure it

# %% id="measure"
worth = [1 / math.log2(rank + 1) for rank in range(1, K + 1)]
print(f"rank 3 is worth {worth[2]:.2f}")

# %%
need(globals(), "worth", cell="1. Measure it")
reveal("worth", worth[2], within=0.01)

# %% tags=["nbval-ignore-output"]
print(f"it is {time.time():.0f} seconds past 1970")


# %% exercise="ndcg_of_one_rank"
def ndcg_of_one_rank(rank: int, k: int) -> float:
    """Return what one held-out item at `rank` adds to NDCG@k."""
    ### BEGIN SOLUTION
    if rank > k:
        return 0.0
    return 1 / math.log2(rank + 1)
    ### END SOLUTION


# %%
lesson01.ndcg_of_one_rank.hint(1)  # 2 and 3 tell more

# %% check="ndcg_of_one_rank" points=2
result = lesson01.ndcg_of_one_rank.check(ndcg_of_one_rank)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %%
closed_book([("01", "Why can NDCG never exceed HR here?", "A hit counts 1 in HR & <= 1 in NDCG.")])

# %%
calibration()
