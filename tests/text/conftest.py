"""The awk programs of the recorder as files."""

from tests.record.sh.awks import programs as programs
