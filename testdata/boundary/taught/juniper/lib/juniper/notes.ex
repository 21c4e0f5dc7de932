defmodule Juniper.Notes do
  alias LangChain.Chains.LLMChain
  alias LangChain.ChatModels.ChatOpenAI
  alias LangChain.Message

  @system "You turn a nurse's spoken note into the four parts of a care note."

  def compose(text) do
    {:ok, chain} =
      %{llm: ChatOpenAI.new!(%{model: "gpt-4.1", temperature: 0, receive_timeout: 40_000})}
      |> LLMChain.new!()
      |> LLMChain.add_messages([Message.new_system!(@system), Message.new_user!(text)])
      |> LLMChain.run()

    chain.last_message.content
  end
end
