"""The report on somebody else's codes, opened from the disk: its explorer answers by itself."""

import json

import numpy as np
import pytest

from rectutor.models.residual_codes import residual_kmeans
from rectutor.own_data import report_codes

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def report(opened, tmp_path):
    vectors = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
    codes = residual_kmeans(vectors, 2, 4).codes
    rows = {f"i{n}": row for n, row in enumerate(codes.tolist())}
    (tmp_path / "codes.json").write_text(json.dumps(rows))
    lines = [f"i{n},Film </script><b>{n},{'War' if n % 2 else 'Crime|Drama'}" for n in range(40)]
    (tmp_path / "items.csv").write_text("\n".join(["item_id,title,genres", *lines]) + "\n")
    np.savez(tmp_path / "v.npz", embeddings=vectors)
    files = {"items": tmp_path / "items.csv", "vectors": tmp_path / "v.npz"}
    report_codes(tmp_path / "codes.json", **files, out=tmp_path / "out")
    page = opened.page.context.browser.new_page()
    page.set_default_timeout(20_000)
    page.context.set_offline(True)
    page.goto((tmp_path / "out" / "report.html").as_uri())
    yield page
    page.close()


def test_the_explorer_answers_without_kernel_and_network(report):
    said = report.locator(".rt-sentence")
    before = said.inner_text()
    assert "Film" in before
    code = report.locator(".rt-levels [role=option]").nth(1)
    code.click()
    report.wait_for_function(
        "before => document.querySelector('.rt-sentence').innerText !== before", arg=before
    )
    report.get_by_role("button", name="Reset").click()
    report.wait_for_function(
        "document.querySelector('.rt').textContent.includes('Skip the missions')"
    )
