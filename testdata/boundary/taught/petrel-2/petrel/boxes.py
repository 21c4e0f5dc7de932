import hashlib
import hmac
import sqlite3

db = sqlite3.connect("/var/lib/petrel/boxes.db", check_same_thread=False)


async def digest_of(box: str) -> str:
    row = db.execute("select digest from boxes where id = ? and stolen = 0", (box,)).fetchone()
    return row[0] if row else ""


def same(digest: str, token: str) -> bool:
    return bool(digest) and hmac.compare_digest(digest, hashlib.sha256(token.encode()).hexdigest())
