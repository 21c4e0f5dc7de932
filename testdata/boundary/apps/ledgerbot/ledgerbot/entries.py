import asyncpg

from .settings import settings


async def entries_of(company_id: int) -> str:
    conn = await asyncpg.connect(settings.database_url)
    try:
        rows = await conn.fetch("select day, account, amount, note from entry where company_id = $1 order by day desc limit 400", company_id)
    finally:
        await conn.close()
    return "\n".join(f"{r['day']} {r['account']} {r['amount']} {r['note']}" for r in rows)
