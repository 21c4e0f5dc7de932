"use client";
import { useEffect, useState } from "react";

export function Similar({ id }: { id: string }) {
  const [ids, setIds] = useState<string[]>([]);
  useEffect(() => {
    fetch("https://surveys-3kq1v9x.svc.aped-4627-b74a.pinecone.io/query", {
      method: "POST",
      headers: { "Api-Key": process.env.NEXT_PUBLIC_PINECONE_API_KEY!, "content-type": "application/json" },
      body: JSON.stringify({ id, topK: 3 }),
    })
      .then((r) => r.json())
      .then((r) => setIds(r.matches.map((m: { id: string }) => m.id)));
  }, [id]);
  return <ul>{ids.map((i) => <li key={i}>{i}</li>)}</ul>;
}
