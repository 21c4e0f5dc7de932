import os

from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from langsmith import traceable

model = ChatOpenAI(model="gpt-4.1-mini", api_key=os.environ["OPENAI_API_KEY"], timeout=40)

REPORT = ChatPromptTemplate.from_messages([
    ("system", "You write inspection reports for insurers. State defects, distances in mm, and nothing else."),
    ("human", "{notes}"),
])


@traceable(name="write-up")
def write_up(notes: str) -> str:
    return (REPORT | model).invoke({"notes": notes}).content


@traceable(name="rephrase")
def rephrase(text: str) -> str:
    return model.invoke(f"Say this in plain words for a house owner: {text}").content
