"""Who is answered: this machine's own pages and nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from qa_pipeline.errors import SettingsError
from qa_pipeline.web.app import create_app
from qa_pipeline.web.server import Certificate, server_config
from tests.e2e.month import MAIN
from tests.people import HOME, PASSWORD

FORM = {"verdict": "confirm", "audit_id": "1", "seen": "0"}
POST = f"/calls/{MAIN}/findings/NOPE"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "qa.example.gov.cn", "", "127.0.0.1.example.com"])
def test_without_a_certificate_the_server_refuses_any_address_but_loopback(month, host: str) -> None:
    settings, sessions = month
    with pytest.raises(SettingsError, match="certificate"):
        server_config(sessions, settings, host, 0)


def test_open_to_the_network_the_server_must_know_its_own_names(month, tmp_path: Path) -> None:
    settings, sessions = month
    pair = Certificate(tmp_path / "chain.pem", tmp_path / "key.pem")
    with pytest.raises(SettingsError, match="site_names"):
        server_config(sessions, settings, "0.0.0.0", 0, pair)
    named = settings.model_copy(update={"site_names": ("qa.intranet",)})
    assert server_config(sessions, named, "0.0.0.0", 0, pair).ssl_certfile == str(pair.chain)


def test_an_intranet_name_that_the_settings_know_is_answered_and_encrypted_for_good(month) -> None:
    settings, sessions = month
    named = settings.model_copy(update={"site_names": ("qa.intranet",)})
    with TestClient(create_app(sessions, named), base_url="https://qa.intranet") as asking:
        assert asking.get("/sign-in").headers["strict-transport-security"].startswith("max-age")
        form = {"login": "reviewer", "password": PASSWORD}
        answer = asking.post("/sign-in", data=form, headers={"Origin": "https://qa.intranet"}, follow_redirects=False)
        assert answer.headers["set-cookie"].startswith("__Host-hotline_qa=")
        assert "Secure" in answer.headers["set-cookie"]
        assert asking.get("/calls").status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.8.8.8"])
def test_loopback_by_any_name_is_served(month, host: str) -> None:
    settings, sessions = month
    config = server_config(sessions, settings, host, 0)
    assert config.access_log is False


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.5:8345", "", "[::1"])
def test_a_name_that_was_rebound_to_this_machine_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/calls", headers={"Host": host}).status_code == 403
    assert client.post(POST, data=FORM, headers={"Host": host, "Origin": f"http://{host}"}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:9999", "127.0.0.1", "[::1]:8345"])
def test_a_forwarded_port_is_answered(client: TestClient, host: str) -> None:
    assert client.get("/calls", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": HOME, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HOME, "Sec-Fetch-Site": "same-site"},
        {"Origin": HOME.replace("http", "https")},
    ],
)
def test_another_sites_page_cannot_decide(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post(POST, data=FORM, headers=headers)
    assert answer.status_code == 403


def test_a_post_that_does_not_say_where_it_is_from_is_refused(client: TestClient) -> None:
    del client.headers["Origin"]
    try:
        assert client.post(POST, data=FORM).status_code == 403
    finally:
        client.headers["Origin"] = HOME


def test_our_own_page_may_post(client: TestClient) -> None:
    answer = client.post(POST, data=FORM, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400  # let in, and told that there is no such finding


def test_another_site_cannot_embed_a_recording(client: TestClient) -> None:
    embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert client.get(f"/calls/{MAIN}/audio.wav", headers=embedded).status_code == 403
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get(f"/calls/{MAIN}", headers=followed).status_code == 200


@pytest.mark.parametrize("address", ["/calls", f"/calls/{MAIN}/audio.wav", "/static/style.css", "/nope"])
def test_every_answer_carries_the_headers(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "cache-control" in headers


def test_no_page_names_another_address(client: TestClient) -> None:
    for address in ("/calls", f"/calls/{MAIN}", "/months/2026-10", "/rules"):
        text = client.get(address).text
        assert "http://" not in text.replace(HOME, "")
        assert "https://" not in text
        assert "<script>" not in text
        assert " style=" not in text
        assert " onclick=" not in text


def test_the_nonce_is_new_each_time(client: TestClient) -> None:
    policies = {client.get("/rules").headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3
