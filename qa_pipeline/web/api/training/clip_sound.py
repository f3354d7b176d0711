"""The sound of masked clips by the API: masked, as it was said, its waveform, and that somebody heard all of it."""

from __future__ import annotations

from fastapi.responses import FileResponse, Response

from qa_pipeline.models.tokens import Scope
from qa_pipeline.training.clips.approving import may_approve
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import SOUND, Number, Values, api_family, by_token, file_of
from qa_pipeline.web.clip_hearing import PRIVATE, Hearing, heard_whole, masked_sound, original_sound
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.navigation import SEES_CALLS

router = api_family("training")
HEARS = [by_token(Scope.TRAINING_READ, *SEES_CALLS, looks=True)]
ORIGINAL = [by_token(Scope.TRAINING_READ, *SEES_CALLS, also=(Scope.CALLS_READ,), looks=True)]


class Peaks(Values):
    """The waveform: how loud each channel is, 0-1, at even steps of ``duration`` seconds."""

    duration: float
    peaks: list[list[float]]


class ClipHeard(Values):
    """Who has heard a clip; a name stands with the token's where a program fetched the sound for them."""

    heard: list[Hearing]
    may_approve: bool


@router.get(
    "/training/clips/{clip_id}/sound.wav",
    dependencies=HEARS,
    response_class=FileResponse,
    responses=SOUND,
)
def get_clip_sound(desk: DeskOf, person: PersonOf, clip_id: Number) -> Response:
    """Return the masked sound as WAV; a Range header gets its part. Until it is approved to who may hear the call."""
    return FileResponse(desk.sound.wav(masked_sound(desk, person, clip_id)), media_type="audio/wav", headers=PRIVATE)


@router.get(
    "/training/clips/{clip_id}/original.wav",
    dependencies=ORIGINAL,
    response_class=Response,
    responses=file_of("audio/wav"),
)
def get_clip_original(desk: DeskOf, person: PersonOf, clip_id: Number) -> Response:
    """Return the same passage as it was said, to be held against the mask, to who may hear the call."""
    return Response(original_sound(desk, person, clip_id), media_type="audio/wav", headers=PRIVATE)


@router.get("/training/clips/{clip_id}/peaks.json", dependencies=[by_token(Scope.TRAINING_READ, *SEES_CALLS)])
def get_clip_peaks(desk: DeskOf, person: PersonOf, clip_id: Number) -> Peaks:
    """Return the masked sound's waveform."""
    return Peaks.model_validate_json(desk.sound.peaks(masked_sound(desk, person, clip_id)).read_bytes())


@router.post(
    "/training/clips/{clip_id}/heard", dependencies=[by_token(Scope.TRAINING_WRITE, *SEES_CALLS)], status_code=201
)
def say_clip_heard(desk: DeskOf, person: PersonOf, clip_id: Number) -> ClipHeard:
    """Say that one has heard all of a clip, whose sound was sent to one before."""
    file, heard = heard_whole(desk, person, clip_id)
    return ClipHeard(heard=heard, may_approve=may_approve(file, person, hears_all=desk.sees_all(person)))
