"""What comes in as a body: JSON of a size and depth that a program of good will sends."""

from io import BytesIO
from typing import Any, NoReturn

from rest_framework import exceptions, parsers, serializers, status

LONGEST_BYTES = 256 * 1024


class TooLong(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = f"A body has at most {LONGEST_BYTES // 1024} KiB."
    default_code = "too_long"


class Choice(serializers.ChoiceField):
    """One value of a closed list; who writes another one is told the list."""

    default_error_messages = {"invalid_choice": "Write one of {choices}."}

    def fail(self, key: str, **values: Any) -> NoReturn:
        super().fail(key, choices=", ".join(str(each) for each in self.choices), **values)


class JSONParser(parsers.JSONParser):
    """Raises TooLong, and ParseError for what is no JSON or nested beyond sense."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(LONGEST_BYTES + 1)
        if len(body) > LONGEST_BYTES:
            raise TooLong
        try:
            return super().parse(BytesIO(body), media_type, parser_context)
        except RecursionError:
            raise exceptions.ParseError("The JSON is nested too deeply.") from None
