defmodule Wickerwork.Guardian do
  use Guardian, otp_app: :wickerwork

  alias Wickerwork.People

  def subject_for_token(person, _claims), do: {:ok, person.id}

  def resource_from_claims(%{"sub" => id, "tenant" => tenant}) do
    case People.get(tenant, id) do
      nil -> {:error, :gone}
      person -> {:ok, person}
    end
  end
end
