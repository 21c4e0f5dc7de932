defmodule Wickerwork.Reader do
  @prompt "The mail orders baskets. Answer with a JSON list of {form, size_cm, colour, pieces}."

  def items(mail) do
    client = Anthropix.init(Application.fetch_env!(:wickerwork, :anthropic_key))

    {:ok, %{"content" => [%{"text" => text} | _]}} =
      Anthropix.chat(client, model: "claude-haiku-4-5", system: @prompt, max_tokens: 800, messages: [%{role: "user", content: mail}])

    Jason.decode(text)
  end

  def similar(tenant_id, q) do
    {:ok, %{body: %{"result" => hits}}} =
      Qdrant.search_points("orders-" <> tenant_id, %{vector: Wickerwork.Embed.vector(q), limit: 10, with_payload: true})

    Enum.map(hits, & &1["payload"])
  end
end
