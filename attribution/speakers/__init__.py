"""Attributions to speakers: who said it, under the fullest name, with role and affiliation, and why."""

from attribution.speakers.resolver import SpeakerResolver

__all__ = ["SpeakerResolver"]
