"""The folder that serves as queue where there is no Redis: a message is there as a whole or not at all.

The transport of kombu writes under the final name and does not notice when only a part found room; the worker that
reads such a part ends. So does one whose folder was removed: here it is made again. Messages that were in it are no
loss, since the sweep finds what they announced.
"""

import logging
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import monotonic

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

logger = logging.getLogger(__name__)


def made(folder) -> Path:
    """`folder`, readable by this user only when it was missing. Raises OSError when it cannot be."""
    path = Path(folder)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


class Channel(filesystem.Channel):
    is_lost = False  # whether the folder could not be read when it was last tried

    def _queue_bind(self, *place):
        made(self.control_folder)
        super()._queue_bind(*place)

    def _size(self, queue) -> int:
        try:
            return super()._size(queue)
        except OSError as error:
            self._make_again(error)
            return 0

    def _make_again(self, error: OSError) -> None:
        """The folder is missing, or something else is in its place: said once, however often it is tried."""
        if not Channel.is_lost:
            logger.warning("the folder of the queue cannot be read and is made again: %s", error.strerror)
        Channel.is_lost = True
        with suppress(OSError):
            made(self.data_folder_in)

    def _put(self, queue, payload, **kwargs):  # type: ignore[override]  # as in the class above
        """Write `payload` beside and give it its name when it is complete. Raises ChannelError."""
        path = Path(self.data_folder_out) / f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        unfinished = path.with_suffix(".part")
        try:
            made(path.parent)
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
                message = super()._get(queue)
            except ValueError:
                logger.warning("a damaged message of the queue %s was dropped", queue)
            except OSError as error:
                self._make_again(error)
                raise Empty from error
            except Empty:
                Channel.is_lost = False
                raise
            else:
                Channel.is_lost = False
                return message


class Transport(filesystem.Transport):
    Channel = Channel
