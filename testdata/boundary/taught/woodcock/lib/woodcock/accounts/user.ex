defmodule Woodcock.Accounts.User do
  use Ecto.Schema
  import Ecto.Changeset

  schema "users" do
    field :email, :string
    field :password, :string, virtual: true, redact: true
    field :hashed_password, :string, redact: true
    timestamps(type: :utc_datetime)
  end

  def password_changeset(user, attrs) do
    user
    |> cast(attrs, [:password])
    |> validate_length(:password, min: 12, max: 72)
    |> then(&put_change(&1, :hashed_password, Bcrypt.hash_pwd_salt(get_change(&1, :password))))
  end

  def valid_password?(%__MODULE__{hashed_password: hash}, password) when is_binary(hash) do
    Bcrypt.verify_pass(password, hash)
  end

  def valid_password?(_, _) do
    Bcrypt.no_user_verify()
    false
  end
end
