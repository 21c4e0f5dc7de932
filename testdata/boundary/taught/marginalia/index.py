import os

from llama_index.core import VectorStoreIndex
from llama_index.core.vector_stores import ExactMatchFilter, MetadataFilters
from llama_index.embeddings.voyageai import VoyageEmbedding
from llama_index.vector_stores.postgres import PGVectorStore

store = PGVectorStore.from_params(connection_string=os.environ["DATABASE_URL"], table_name="notes", embed_dim=1024)
embed = VoyageEmbedding(model_name="voyage-law-2", voyage_api_key=os.environ["VOYAGE_API_KEY"])
index = VectorStoreIndex.from_vector_store(store, embed_model=embed)


def retriever(house: str):
    return index.as_retriever(similarity_top_k=8, filters=MetadataFilters(filters=[ExactMatchFilter(key="house", value=house)]))
