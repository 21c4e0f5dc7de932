import os

from llama_index.llms.anthropic import Anthropic
from llama_index.llms.openrouter import OpenRouter

writer = Anthropic(model="claude-sonnet-4-5", max_tokens=2000, api_key=os.environ["ANTHROPIC_API_KEY"])
second_opinion = OpenRouter(model="qwen/qwen3-235b-a22b", api_key=os.environ["OPENROUTER_API_KEY"])
