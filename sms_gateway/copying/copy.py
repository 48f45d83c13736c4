"""From one database to the other: what is not there yet; then all of it is read back."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

from sms_gateway.copying.plan import Compared, CopyRefusedError, Database, Progress
from sms_gateway.copying.rows import Sum, sum_of
from sms_gateway.copying.source import Batch, Source
from sms_gateway.copying.target import Far, Target


class Copy:
    """One copy.

    Args:
        database: what it is of.
        source: what is copied.
        target: where to.
    """

    def __init__(self, database: Database, source: Source, target: Target) -> None:
        self._database = database
        self._source = source
        self._target = target

    async def begin(self, *, anew: bool = False) -> Mapping[str, Far]:
        """Begin it, or find how far it is.

        Args:
            anew: empty first what an unfinished copy has left.

        Raises:
            CopyRefusedError: the two do not fit, or rows are there that no copy wrote.
        """
        for table in self._database.tables:
            if await self._target.columns(table) != self._source.columns[table.name]:
                message = f"FROM and TO are of different versions ({table.name}): update both"
                raise CopyRefusedError(message)
        mark = await self._source.mark(self._database.changed_with)
        if not await self._target.unfinished():
            await self._target.begin(mark)
            return await self._target.progress()
        far = await self._target.progress()
        if anew:
            await self._target.begin(mark, again=True)
            return await self._target.progress()
        if any(one.source != mark for one in far.values()):
            message = (
                "FROM was written since this copy was begun, or it was begun from another file: "
                "begin again with --anew, which empties TO first"
            )
            raise CopyRefusedError(message)
        return far

    async def rows(self) -> int:
        """How many there are to copy, in all."""
        return sum([await self._source.count(table) for table in self._database.tables])

    async def go_on(self, far: Mapping[str, Far], progress: Progress) -> Mapping[str, Far]:
        """Copy what is not there yet; how far each table is then.

        Raises:
            CopyRefusedError: a row does not fit.
        """
        whole = await self.rows()
        now = dict(far)
        for table in self._database.tables:
            columns = self._source.columns[table.name]
            async for batch in _ahead(self._source.batches(table, now[table.name].last)):
                now[table.name] = now[table.name].after(batch)
                await self._target.write(table, columns, batch.rows, now[table.name])
                progress(sum(one.sum.rows for one in now.values()), whole)
        return now

    async def compare(self, far: Mapping[str, Far], progress: Progress) -> Sequence[Compared]:
        """Read back all that is there, and compare it with what was read here.

        Args:
            far: what `go_on` gave.
            progress: told.

        Raises:
            CopyRefusedError: they differ.
        """
        whole, done = await self.rows(), 0
        compared = []
        for table in self._database.tables:
            there = Sum()
            async for rows in self._target.rows(table, self._source.columns[table.name]):
                there += sum_of(rows)
                progress(min(done + there.rows, whole), whole)
            done += there.rows
            here = Sum(await self._source.count(table), far[table.name].sum.value)
            if here != there:
                message = (
                    f"FROM and TO differ in {table.name}: {here.rows} rows with checksum "
                    f"{here.checksum} here, {there.rows} with {there.checksum} there; copy again "
                    "with --anew"
                )
                raise CopyRefusedError(message)
            compared.append(Compared(table.name, there.rows, there.checksum))
        return compared


async def _ahead(batches: AsyncIterator[Batch]) -> AsyncIterator[Batch]:
    """The same, each one read while the one before it is written."""

    async def following() -> Batch | None:
        return await anext(batches, None)

    coming = asyncio.create_task(following())
    try:
        while (batch := await coming) is not None:
            coming = asyncio.create_task(following())
            yield batch
    finally:
        coming.cancel()
