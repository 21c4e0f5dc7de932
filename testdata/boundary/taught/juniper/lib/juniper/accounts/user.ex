defmodule Juniper.Accounts.User do
  use Ecto.Schema
  import Ecto.Changeset

  schema "users" do
    field :email, :string
    field :role, Ecto.Enum, values: [:nurse, :lead]
    field :hashed_password, :string, redact: true
    field :closed_at, :utc_datetime
    belongs_to :station, Juniper.Care.Station
    timestamps(type: :utc_datetime)
  end

  def password_changeset(user, attrs) do
    user
    |> cast(attrs, [:password])
    |> validate_length(:password, min: 12, max: 72)
    |> put_change(:hashed_password, Bcrypt.hash_pwd_salt(attrs.password))
  end

  def valid_password?(%__MODULE__{hashed_password: hash}, password), do: Bcrypt.verify_pass(password, hash)
end
