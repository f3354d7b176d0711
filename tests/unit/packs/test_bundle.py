"""A pack as a file: what is in it, that nothing else is, and that it does not leave once a clip was withdrawn."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from html.parser import HTMLParser

import pytest

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.packs import Card
from qa_pipeline.models.passages import Scenario
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.store.queries.clips import clip_file
from qa_pipeline.store.queries.packs import pack_file
from qa_pipeline.training.packs import bundle
from qa_pipeline.training.packs.bundle import pack_bundle, sending
from qa_pipeline.training.packs.cards import save_card
from qa_pipeline.training.packs.plans import begin_pack
from qa_pipeline.training.packs.suggesting import suggested_card
from tests.e2e.month import MAIN
from tests.packed import BASIS, NOW, add_pack, person, withdraw

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def bundled(session, centre, plan) -> zipfile.ZipFile:
    out = io.BytesIO()
    pack_bundle(session, centre[0].workspace, plan.pack_id, out, person(session), NOW)
    return zipfile.ZipFile(out)


class Tags(HTMLParser):
    """Every element with its attributes, and the text outside of style and script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] not in {"style", "script"}:
            self.text += data


def test_it_holds_a_page_a_readme_and_the_sounds_by_their_places(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace, clips=2)
    with bundled(session, centre, plan) as archive:
        assert archive.namelist() == ["README.txt", "index.html", "sound/01.wav", "sound/02.wav"]
        clip = clip_file(session, plan.clips[1]).clip
        assert hashlib.sha256(archive.read("sound/02.wav")).hexdigest() == clip.sound_sha256
        readme = archive.read("README.txt")
        assert readme.startswith(b"\xef\xbb\xbf" + "十二月".encode())
        assert "index.html，用浏览器打开" in readme.decode("utf-8-sig")
        assert archive.testzip() is None


def test_its_page_asks_nobody_for_anything_and_tells_nothing_of_the_call(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace, clips=2)
    with bundled(session, centre, plan) as archive:
        page = archive.read("index.html").decode()
    tags = Tags(page)
    loaded = [a[name] for _, a in tags.found for name in ("src", "href") if a.get(name)]
    assert {one for one in loaded if not one.startswith("#")} == {"sound/01.wav", "sound/02.wav"}
    assert "http:" not in page
    assert "https:" not in page
    assert "url(" not in page
    for told in (MAIN, "1003", "王海燕", "陈晓雯", "13900001234", "李女士", "培训师戊", "质检员甲"):
        assert told not in page + "".join(archive.namelist()), told
    assert "〔姓名〕" in tags.text
    assert "来电人已变声" in tags.text


def test_its_policy_lets_its_own_style_and_script_run_and_no_other(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    with bundled(session, centre, plan) as archive:
        page = archive.read("index.html").decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    for tag in ("style", "script"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = hashlib.sha256(body.encode()).digest()
        assert f"'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_what_people_wrote_is_text_and_never_markup(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace, title=f"课{HOSTILE}"[:64])
    card = Card(
        HOSTILE[:40],
        situation=HOSTILE,
        goal=HOSTILE,
        judged=HOSTILE,
        phrases=HOSTILE,
        knowledge=HOSTILE,
        questions=HOSTILE,
    )
    save_card(session, plan.pack_id, plan.clips[0], 0, card, BASIS, person(session), NOW)
    with bundled(session, centre, plan) as archive:
        page = archive.read("index.html").decode()
    tags = Tags(page)
    assert [tag for tag, _ in tags.found].count("script") == 1
    assert not [tag for tag, _ in tags.found if tag == "img"]
    assert tags.text.count(HOSTILE) >= 6


def test_a_suggestion_that_nobody_changed_says_so(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    suggestion = suggested_card(Scenario.REPEATED, None, load_ruleset())
    mine = suggestion.with_texts({"goal": "要一个准话"})
    save_card(session, plan.pack_id, plan.clips[0], 0, mine, BASIS, person(session), NOW)
    with bundled(session, centre, plan) as archive:
        text = " ".join(Tags(archive.read("index.html").decode()).text.split())
    assert "情境 参考写法" in text
    assert "来电人想要什么 要一个准话" in text


def test_who_took_it_is_written_down_with_the_pack_and_with_each_clip(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace, clips=2)
    bundled(session, centre, plan)
    (taken,) = pack_file(session, plan.pack_id).downloads
    assert (taken.taken_by, taken.taken_at, taken.version, taken.clips) == ("培训师戊", NOW, 2, 2)
    for clip in plan.clips:
        (export,) = clip_file(session, clip).exports
        assert (export.purpose, export.taken_by) == (f"课包 {plan.pack_id}", "培训师戊")


def test_a_pack_without_clips_or_with_one_that_was_withdrawn_does_not_leave(session, centre) -> None:
    empty = begin_pack(session, "空的", person(session), NOW)
    with pytest.raises(UserError, match="还没有剪辑"):
        bundled(session, centre, empty)
    plan = add_pack(session, centre[0].workspace, clips=2)
    withdraw(session, plan.clips[1])
    with pytest.raises(Conflict, match="已撤回"):
        bundled(session, centre, plan)
    assert pack_file(session, plan.pack_id).downloads == ()


def test_a_sound_that_is_gone_or_was_changed_stops_it(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    path = centre[0].workspace / clip_file(session, plan.clips[0]).clip.sound_path
    path.write_bytes(b"RIFF another sound")
    with pytest.raises(Conflict, match="与批准时不同"):
        bundled(session, centre, plan)
    path.unlink()
    with pytest.raises(NotFound, match="不在工作区"):
        bundled(session, centre, plan)


def test_what_is_withdrawn_while_it_is_sent_ends_the_sending(centre, monkeypatch, caplog) -> None:
    settings, sessions = centre
    monkeypatch.setattr(bundle, "BLOCK", 4096)
    out = io.BytesIO()
    with sessions.begin() as session:
        plan = add_pack(session, settings.workspace)
        pack_bundle(session, settings.workspace, plan.pack_id, out, person(session), NOW)
    whole = out.getvalue()
    assert len(whole) > 3 * 4096
    blocks = sending(sessions, plan, io.BytesIO(whole))
    sent = next(blocks) + next(blocks)
    with sessions.begin() as session:
        withdraw(session, plan.clips[0])
    with pytest.raises(Conflict, match="已撤回"):
        next(blocks)
    assert f"clip {plan.clips[0]} withdrawn" in caplog.text
    assert "称呼没有盖住" not in caplog.text
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(sent))
