"""The folder that serves as queue where there is no Redis: a message is there as a whole or not at all.

The transport of kombu writes under the final name and does not notice when only a part found room; the worker that
reads such a part ends.
"""

import logging
import uuid
from contextlib import suppress
from pathlib import Path
from time import monotonic

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    def _put(self, queue, payload, **kwargs):  # type: ignore[override]  # as in the class above
        """Write `payload` beside and give it its name when it is complete. Raises ChannelError."""
        path = Path(self.data_folder_out) / f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        unfinished = path.with_suffix(".part")
        try:
            unfinished.write_bytes(str_to_bytes(dumps(payload)))
            unfinished.replace(path)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise ChannelError("the message could not be written") from error

    def _get(self, queue, timeout=None):
        """The next message; one that cannot be read is dropped, since the sweep finds what it announced."""
        while True:
            try:
                return super()._get(queue)
            except ValueError:
                logger.warning("a damaged message of the queue %s was dropped", queue)


class Transport(filesystem.Transport):
    Channel = Channel
