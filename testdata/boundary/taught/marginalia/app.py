import chainlit as cl
from chainlit.types import ThreadDict
from llama_index.core import Settings
from llama_index.core.chat_engine import CondensePlusContextChatEngine

from index import retriever
from models import second_opinion, writer

Settings.llm = writer


@cl.oauth_callback
def allow(provider_id: str, token: str, raw_user_data: dict, default_user: cl.User) -> cl.User | None:
    if provider_id != "auth0" or not raw_user_data.get("email_verified"):
        return None
    default_user.metadata["house"] = raw_user_data["https://marginalia.example/house"]
    return default_user


@cl.on_chat_start
async def start():
    user = cl.user_session.get("user")
    cl.user_session.set("engine", CondensePlusContextChatEngine.from_defaults(retriever=retriever(user.metadata["house"])))


@cl.on_chat_resume
async def resume(thread: ThreadDict):
    await start()


@cl.on_message
async def main(message: cl.Message):
    reply = cl.Message(content="")
    answer = await cl.user_session.get("engine").astream_chat(message.content)
    async for token in answer.async_response_gen():
        await reply.stream_token(token)
    if message.command == "check":
        await reply.stream_token(f"\n\n---\n{await second_opinion.acomplete(reply.content)}")
    await reply.send()
