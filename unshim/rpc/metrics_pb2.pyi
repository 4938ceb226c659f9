from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class V1(_message.Message):
    __slots__ = ("pids", "cpu", "memory", "blkio")
    class Pids(_message.Message):
        __slots__ = ("current", "limit")
        CURRENT_FIELD_NUMBER: _ClassVar[int]
        LIMIT_FIELD_NUMBER: _ClassVar[int]
        current: int
        limit: int
        def __init__(self, current: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...
    class Cpu(_message.Message):
        __slots__ = ("usage",)
        USAGE_FIELD_NUMBER: _ClassVar[int]
        usage: V1.CpuUsage
        def __init__(self, usage: _Optional[_Union[V1.CpuUsage, _Mapping[str, object]]] = ...) -> None: ...
    class CpuUsage(_message.Message):
        __slots__ = ("total",)
        TOTAL_FIELD_NUMBER: _ClassVar[int]
        total: int
        def __init__(self, total: _Optional[int] = ...) -> None: ...
    class Memory(_message.Message):
        __slots__ = ("hierarchical_memory_limit", "total_inactive_file", "usage")
        HIERARCHICAL_MEMORY_LIMIT_FIELD_NUMBER: _ClassVar[int]
        TOTAL_INACTIVE_FILE_FIELD_NUMBER: _ClassVar[int]
        USAGE_FIELD_NUMBER: _ClassVar[int]
        hierarchical_memory_limit: int
        total_inactive_file: int
        usage: V1.MemoryEntry
        def __init__(self, hierarchical_memory_limit: _Optional[int] = ..., total_inactive_file: _Optional[int] = ..., usage: _Optional[_Union[V1.MemoryEntry, _Mapping[str, object]]] = ...) -> None: ...
    class MemoryEntry(_message.Message):
        __slots__ = ("limit", "usage")
        LIMIT_FIELD_NUMBER: _ClassVar[int]
        USAGE_FIELD_NUMBER: _ClassVar[int]
        limit: int
        usage: int
        def __init__(self, limit: _Optional[int] = ..., usage: _Optional[int] = ...) -> None: ...
    class Blkio(_message.Message):
        __slots__ = ("io_service_bytes_recursive",)
        IO_SERVICE_BYTES_RECURSIVE_FIELD_NUMBER: _ClassVar[int]
        io_service_bytes_recursive: _containers.RepeatedCompositeFieldContainer[V1.BlkioEntry]
        def __init__(self, io_service_bytes_recursive: _Optional[_Iterable[_Union[V1.BlkioEntry, _Mapping[str, object]]]] = ...) -> None: ...
    class BlkioEntry(_message.Message):
        __slots__ = ("op", "value")
        OP_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        op: bytes
        value: int
        def __init__(self, op: _Optional[bytes] = ..., value: _Optional[int] = ...) -> None: ...
    PIDS_FIELD_NUMBER: _ClassVar[int]
    CPU_FIELD_NUMBER: _ClassVar[int]
    MEMORY_FIELD_NUMBER: _ClassVar[int]
    BLKIO_FIELD_NUMBER: _ClassVar[int]
    pids: V1.Pids
    cpu: V1.Cpu
    memory: V1.Memory
    blkio: V1.Blkio
    def __init__(self, pids: _Optional[_Union[V1.Pids, _Mapping[str, object]]] = ..., cpu: _Optional[_Union[V1.Cpu, _Mapping[str, object]]] = ..., memory: _Optional[_Union[V1.Memory, _Mapping[str, object]]] = ..., blkio: _Optional[_Union[V1.Blkio, _Mapping[str, object]]] = ...) -> None: ...

class V2(_message.Message):
    __slots__ = ("pids", "cpu", "memory", "io")
    class Pids(_message.Message):
        __slots__ = ("current", "limit")
        CURRENT_FIELD_NUMBER: _ClassVar[int]
        LIMIT_FIELD_NUMBER: _ClassVar[int]
        current: int
        limit: int
        def __init__(self, current: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...
    class Cpu(_message.Message):
        __slots__ = ("usage_usec",)
        USAGE_USEC_FIELD_NUMBER: _ClassVar[int]
        usage_usec: int
        def __init__(self, usage_usec: _Optional[int] = ...) -> None: ...
    class Memory(_message.Message):
        __slots__ = ("inactive_file", "usage", "usage_limit")
        INACTIVE_FILE_FIELD_NUMBER: _ClassVar[int]
        USAGE_FIELD_NUMBER: _ClassVar[int]
        USAGE_LIMIT_FIELD_NUMBER: _ClassVar[int]
        inactive_file: int
        usage: int
        usage_limit: int
        def __init__(self, inactive_file: _Optional[int] = ..., usage: _Optional[int] = ..., usage_limit: _Optional[int] = ...) -> None: ...
    class Io(_message.Message):
        __slots__ = ("usage",)
        USAGE_FIELD_NUMBER: _ClassVar[int]
        usage: _containers.RepeatedCompositeFieldContainer[V2.IoEntry]
        def __init__(self, usage: _Optional[_Iterable[_Union[V2.IoEntry, _Mapping[str, object]]]] = ...) -> None: ...
    class IoEntry(_message.Message):
        __slots__ = ("rbytes", "wbytes")
        RBYTES_FIELD_NUMBER: _ClassVar[int]
        WBYTES_FIELD_NUMBER: _ClassVar[int]
        rbytes: int
        wbytes: int
        def __init__(self, rbytes: _Optional[int] = ..., wbytes: _Optional[int] = ...) -> None: ...
    PIDS_FIELD_NUMBER: _ClassVar[int]
    CPU_FIELD_NUMBER: _ClassVar[int]
    MEMORY_FIELD_NUMBER: _ClassVar[int]
    IO_FIELD_NUMBER: _ClassVar[int]
    pids: V2.Pids
    cpu: V2.Cpu
    memory: V2.Memory
    io: V2.Io
    def __init__(self, pids: _Optional[_Union[V2.Pids, _Mapping[str, object]]] = ..., cpu: _Optional[_Union[V2.Cpu, _Mapping[str, object]]] = ..., memory: _Optional[_Union[V2.Memory, _Mapping[str, object]]] = ..., io: _Optional[_Union[V2.Io, _Mapping[str, object]]] = ...) -> None: ...
