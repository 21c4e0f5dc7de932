require "sequel"

module Ferrous
  DB = Sequel.connect(ENV.fetch("DATABASE_URL"), max_connections: 5)
  DB.extension :pg_json
end
