"""One frozen settings class: environment (``HOTLINE_QA_*``), the workspace's ``settings.yaml``, secrets from files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from qa_pipeline.errors import SettingsError

ViewerName = Literal["reviewer", "supervisor", "operator", "trainer", "outsider"]
SETTINGS_FILE = "settings.yaml"
MOST_SESSION_HOURS = 168


class Settings(BaseSettings):
    """Where things are and how the recogniser runs. Paths that are not absolute are taken from the workspace."""

    model_config = SettingsConfigDict(env_prefix="HOTLINE_QA_", frozen=True, extra="forbid", env_ignore_empty=True)

    workspace: Path = Field(default=Path(), description="Folder that holds the database, recordings and reports")
    database_url: str | None = Field(default=None, description="SQLAlchemy URL; None: SQLite in the workspace")
    database_url_file: Path | None = Field(default=None, description="File that holds the database URL (a secret)")
    engine: str = Field(
        default="auto",
        pattern="^(auto|whisper|sherpa|endpoint)$",
        description="Recogniser; auto: endpoint if endpoint_url is set, sherpa for a sherpa-onnx folder, else whisper",
    )
    model: str = Field(default="whisper-base", description="whisper-base (the packaged weights), a name or a folder")
    endpoint_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s@?#]+$",
        description="Address of an OpenAI-compatible server, such as http://10.0.0.5:8000/v1; audio is sent there",
    )
    endpoint_key_file: Path | None = Field(default=None, description="File that holds the server's API key (a secret)")
    endpoint_requests: int = Field(default=4, ge=1, le=64, description="Requests under way at once")
    endpoint_timeout_s: float = Field(default=120.0, gt=0, le=3600, description="Longest wait for one answer")
    assumed_confidence: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="For an engine that gives no confidence: the share of characters it was measured to get right",
    )
    opinion_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s@?#]+$",
        description="Address of an OpenAI-compatible chat server for a second opinion on answers; transcripts go there",
    )
    opinion_model: str | None = Field(
        default=None, min_length=1, description="The language model, as the server calls it"
    )
    opinion_key_file: Path | None = Field(default=None, description="File that holds that server's API key (a secret)")
    opinion_timeout_s: float = Field(default=60.0, gt=0, le=3600, description="Longest wait for one opinion")
    device: str = Field(default="auto", pattern="^(auto|cpu|cuda)$")
    compute_type: str = Field(default="int8", description="CTranslate2 compute type: int8, float16, float32")
    threads: int = Field(default=2, ge=1, le=64)
    pace: str = Field(
        default="balanced",
        pattern="^(careful|balanced|fast)$",
        description="What Whisper trades between speed and words",
    )
    correct_terms: bool = Field(default=True, description="Correct words of the trade by sound after recognition")
    scorecard: str = Field(default="default", description="default, or a path of a scorecard YAML")
    pay_scheme: str = Field(default="default", description="default, or a path of a pay scheme YAML")
    payroll_layout: str = Field(default="default", description="default, or a path of a YAML with the payroll columns")
    ruleset: str = Field(default="default", description="default, or a path of a ruleset YAML")
    language: str = Field(default="zh", pattern="^(zh|en)$", description="Language of screens and reports")
    sees_personal_data: tuple[ViewerName, ...] = Field(
        default=("reviewer", "supervisor"),
        description="Roles that see names, numbers and addresses as they were said; all others see stand-ins",
    )
    site_names: tuple[str, ...] = Field(
        default=(), description="Host names and addresses that the pages are opened by, beside this machine's own"
    )
    session_idle_minutes: int = Field(default=60, ge=1, le=1440, description="A session ends when unused for so long")
    session_hours: int = Field(
        default=12, ge=1, le=MOST_SESSION_HOURS, description="A session ends after so long in any case"
    )
    max_upload_mb: int = Field(default=2048, ge=1, description="Larger files are not taken in the browser")
    max_recording_minutes: int = Field(default=120, ge=1, description="Longer recordings are refused")
    quota_per_operator: int = Field(default=20, ge=1, description="Calls heard of each operator a month")
    min_calls: int = Field(default=10, ge=1, description="Fewer calls than this never make a failed month a strike")
    rule_floor: float = Field(
        default=0.80, ge=0, lt=1, description="A rule deducts by itself while its precision's lower end is above this"
    )
    rule_min_reviews: int = Field(
        default=20, ge=1, description="Judged findings of a rule below which its precision is not told (unproven)"
    )
    rule_window: int = Field(default=200, ge=1, description="So many of a rule's latest judged findings count")
    unproven_rules: str = Field(
        default="as_written",
        pattern="^(as_written|advise)$",
        description="What a rule with too few reviews may do: as the ruleset says, or advise only",
    )
    sure_from: float = Field(
        default=0.95, ge=0, le=1, description="A rule's deduction below this confidence is shown to reviewers first"
    )
    repeat_share: float = Field(
        default=0.05, ge=0, le=1, description="Share of reviewed calls that another person judges again, blind"
    )
    centre_name: str = Field(default="", max_length=64, description="The centre's full name, as notices bear it")
    notice_basis: str = Field(
        default="",
        max_length=500,
        description="The rule that criticism notices rest on, as they quote it; without it none is printed",
    )
    notice_max_points: Decimal = Field(
        default=Decimal(5), ge=0, le=100, decimal_places=2, description="Most points that one supervision notice takes"
    )
    notice_max_month: Decimal = Field(
        default=Decimal(10), ge=0, le=100, decimal_places=2, description="Most points that notices take of a month"
    )
    appeal_workdays: int = Field(
        default=5, ge=1, le=60, description="Working days after a month is settled in which its operators may appeal"
    )
    decide_workdays: int = Field(default=5, ge=1, le=60, description="Working days in which an appeal is to be decided")
    workdays_file: Path | None = Field(
        default=None, description="The centre's own holidays and make-up workdays (CSV: 日期,类型), before the shipped"
    )
    rehearsal_days: int = Field(
        default=90, ge=1, le=3650, description="What trainees record in role-play is deleted after so many days"
    )
    rehearsal_max_seconds: int = Field(
        default=120, ge=10, le=600, description="Longest answer in role-play that is listened to"
    )
    min_free_mb: int = Field(default=200, ge=0, description="A run stops cleanly when the disk has less than this")

    @model_validator(mode="after")
    def _window_holds_a_proof(self) -> Self:
        if self.rule_window < self.rule_min_reviews:
            raise ValueError(
                f"rule_window {self.rule_window} is less than rule_min_reviews {self.rule_min_reviews}: "
                "no rule could ever be proven"
            )
        return self

    @model_validator(mode="after")
    def _opinion_has_a_model(self) -> Self:
        if (self.opinion_url is None) != (self.opinion_model is None):
            raise ValueError("opinion_url and opinion_model go together: set both or neither")
        return self

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the database.

        Raises:
            SettingsError: ``database_url_file`` is set and cannot be read, or is empty.
        """
        if self.database_url_file is not None:
            return _secret(self.workspace / self.database_url_file, "database_url_file", "the database URL")
        return self.database_url or f"sqlite:///{(self.workspace / 'hotline-qa.sqlite3').resolve()}"

    @property
    def endpoint_key(self) -> str | None:
        """API key of the recognition server, None where none is set.

        Raises:
            SettingsError: ``endpoint_key_file`` is set and cannot be read, or is empty.
        """
        if self.endpoint_key_file is None:
            return None
        return _secret(self.workspace / self.endpoint_key_file, "endpoint_key_file", "the API key")

    @property
    def opinion_key(self) -> str | None:
        """API key of the language model's server, None where none is set.

        Raises:
            SettingsError: ``opinion_key_file`` is set and cannot be read, or is empty.
        """
        if self.opinion_key_file is None:
            return None
        return _secret(self.workspace / self.opinion_key_file, "opinion_key_file", "the API key")

    @property
    def recordings_dir(self) -> Path:
        """Folder that imported recordings are copied to, named by their hash."""
        return self.workspace / "recordings"

    @property
    def reports_dir(self) -> Path:
        """Folder of the reports."""
        return self.workspace / "reports"


def load_settings(workspace: Path, **overrides: object) -> Settings:
    """Read the settings of a workspace.

    Raises:
        SettingsError: A setting is unknown or out of range; the message names it and where it was set.
    """
    path = workspace / SETTINGS_FILE
    file_values = _read_yaml(path) if path.exists() else {}

    class WorkspaceSettings(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # the base class passes it by name
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # the same
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            # Arguments win over the environment, which wins over the workspace's file.
            return init_settings, env_settings, InitSettingsSource(settings_cls, file_values)

    try:
        settings = WorkspaceSettings(workspace=workspace, **overrides)  # type: ignore[arg-type]  # pydantic checks
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors())
        raise SettingsError(
            f"settings of {workspace}: {problems}",
            f"edit {path} or the HOTLINE_QA_* environment; known: {', '.join(Settings.model_fields)}",
        ) from error
    # A model that is no packaged one may be a folder of the workspace, wherever the program is started from.
    if settings.model != Settings.model_fields["model"].default and (workspace / settings.model).is_dir():
        return settings.model_copy(update={"model": str((workspace / settings.model).resolve())})
    return settings


def _secret(path: Path, setting: str, what: str) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(
            f"{setting} {path}: {reason}", f"write {what} into this file, or mend the setting"
        ) from error
    if not secret:
        raise SettingsError(f"{setting} {path}: it is empty", f"write {what} into this file")
    return secret


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        loaded = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not YAML: {error}", "mend the line it names") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise SettingsError(
            f"{path} holds a {type(loaded).__name__}, not names with values", "write `name: value` lines"
        )
    return loaded
