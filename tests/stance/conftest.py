"""An untrained stance part of a release."""

from pathlib import Path

import pytest
import torch


@pytest.fixture(scope="session")
def tiny_stance(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stance directory whose network says something about everything, at random."""
    from attribution.training.stance import new_network, save
    from attribution.training.stance_settings import StanceSettings

    torch.manual_seed(3)
    directory = tmp_path_factory.mktemp("stance")
    save(new_network(str(tiny_encoder)), StanceSettings(encoder=str(tiny_encoder)), directory, temperature=0.5)
    return directory
