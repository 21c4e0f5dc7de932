defmodule JuniperWeb.NoteLive.Edit do
  use JuniperWeb, :live_view

  alias Juniper.{Care, Notes}

  def mount(%{"id" => id}, _session, socket) do
    {:ok, assign(socket, visit: Care.get_visit!(socket.assigns.current_scope, id), note: nil)}
  end

  def handle_event("compose", %{"text" => text}, socket) do
    {:noreply, start_async(socket, :note, fn -> Notes.compose(text) end)}
  end

  def handle_async(:note, {:ok, note}, socket), do: {:noreply, assign(socket, note: note)}

  def render(assigns) do
    ~H"""
    <form phx-submit="compose"><textarea name="text"></textarea><button>Write</button></form>
    <article :if={@note}>{@note}</article>
    """
  end
end
