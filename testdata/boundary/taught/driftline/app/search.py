import os

import cohere
import pandas as pd
import streamlit as st
from pinecone import Pinecone

co = cohere.ClientV2(api_key=st.secrets["cohere"]["api_key"])
index = Pinecone(api_key=os.environ["PINECONE_API_KEY"]).Index("reports")


@st.cache_data(ttl=600)
def answer(question: str, tenant: str):
    v = co.embed(model="embed-v4.0", input_type="search_query", texts=[question], embedding_types=["float"])
    hits = index.query(vector=v.embeddings.float[0], top_k=12, include_metadata=True, namespace=tenant)
    docs = [{"id": m.id, "data": {"text": m.metadata["text"]}} for m in hits.matches]
    out = co.chat(model="command-a-03-2025", messages=[{"role": "user", "content": question}], documents=docs)
    return out.message.content[0].text, pd.DataFrame([m.metadata for m in hits.matches])
