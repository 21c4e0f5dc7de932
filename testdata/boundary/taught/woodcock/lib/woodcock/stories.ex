defmodule Woodcock.Stories do
  @moduledoc "Stories of walks, told by a model."

  alias OpenaiEx.{Chat, ChatMessage, Moderations}

  def mild?(text) do
    request = Moderations.new(model: "omni-moderation-latest", input: text)

    case Moderations.create(client(), request) do
      {:ok, %{"results" => [%{"flagged" => false}]}} -> :ok
      {:ok, _} -> {:error, :not_mild}
      other -> other
    end
  end

  def tell(walk) do
    request =
      Chat.Completions.new(
        model: "gpt-5-mini",
        messages: [
          ChatMessage.system("Tell this walk as a story of 200 words."),
          ChatMessage.user(walk.notes)
        ]
      )

    with {:ok, %{"choices" => [first | _]}} <- Chat.Completions.create(client(), request) do
      {:ok, first["message"]["content"]}
    end
  end

  defp client do
    Application.fetch_env!(:woodcock, :openai_api_key)
    |> OpenaiEx.new()
    |> OpenaiEx.with_receive_timeout(60_000)
  end
end
