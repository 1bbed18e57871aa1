"""Publishes messages about changed content, which programs in any language can read."""

import datetime
import json

from .connection import run_with_retries
from .errors import with_code
from .object_keys import get_key_error, get_object_keys
from .protocol_gen import MAX_MESSAGE_BYTES, MESSAGE_ACTIONS, MESSAGE_VERSION, RESERVED_MESSAGE_FIELDS
from .scripts import run_publish

CONSEQUENCE = (
    "other programs have not received the change. "
    "Check Redis, then call publish_content again for these objects."
)


def publish_content(obj, action="save", status=None, **fields):
    """Publishes one message for each object, with the action and further fields. The fields must be JSON values.

    Raises TypeError or ValueError before anything is published, and ContentCacheError when Redis does not accept a
    message.
    """
    keys = get_object_keys("publish_content", obj)
    send([(key, serialize_message(key, action, status, **fields)) for key in keys])


def serialize_message(key, action="save", status=None, **fields):
    """Returns the JSON text of a message, in the schema that all programs share."""
    if action not in MESSAGE_ACTIONS:
        fault = f"A message needs an action of {', '.join(MESSAGE_ACTIONS)}, but got {action!r}."
        raise _create_error(ValueError, fault)
    for name in fields:
        if name in RESERVED_MESSAGE_FIELDS:
            fault = f"The message field {name!r} is reserved. Give your field another name."
            raise _create_error(ValueError, fault)
    status = _check_text("status", status)
    kind = _check_text("type", fields.pop("type", None)) or key.rpartition(":")[0] or None
    now = datetime.datetime.now(datetime.timezone.utc)
    message = {
        "v": MESSAGE_VERSION,
        "key": key,
        "action": action,
        **({} if status is None else {"status": status}),
        **({} if kind is None else {"type": kind}),
        "at": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        **fields,
    }
    try:
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        size = len(text.encode("utf-8"))
    except (TypeError, ValueError, RecursionError) as error:
        raise _create_error(TypeError, f"A field of the message about {key} is not JSON: {error}.") from error
    if size > MAX_MESSAGE_BYTES:
        fault = f"The message about {key} has {size} bytes, of {MAX_MESSAGE_BYTES} at most. Send less, or a link."
        raise _create_error(ValueError, fault)
    return text


def _check_text(name, text):
    """Returns None for an empty text. Columns of models often hold one, and readers would refuse it."""
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise _create_error(TypeError, f"The {name} of a message must be a string, but is {text!r}.")
    reason = get_key_error(text)
    if reason:
        raise _create_error(ValueError, f"The {name} of a message {reason}: {text[:40]!r}.")
    return text


def _create_error(kind, message):
    return with_code("CC_INVALID_MESSAGE", kind(message))


def send(messages):
    """Publishes messages, given as pairs of key and text."""
    for index, (key, text) in enumerate(messages):
        left = [each for each, _ in messages[index:]]
        run_with_retries(
            "the message",
            CONSEQUENCE,
            left,
            lambda client, settings: run_publish(client, settings, text),
            code="CC_PUBLISH_FAILED",
        )
