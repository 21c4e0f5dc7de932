import click

from . import __version__
from .transcribe import transcribe


@click.command()
@click.version_option(__version__)
@click.argument("talk", type=click.Path(exists=True, dir_okay=False))
@click.option("-o", "--out", type=click.File("w"), default="-")
def cli(talk: str, out) -> None:
    """Write captions of TALK as WebVTT."""
    out.write(transcribe(talk))
