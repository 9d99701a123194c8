"""Why a file is not taken."""


class Refused(Exception):  # noqa: N818 - says in Chinese why a file is not taken, and what to do
    """The file as a whole is not taken; `sentences` says why, one fault each."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = sentences

    def __str__(self) -> str:
        return "".join(self.sentences)
