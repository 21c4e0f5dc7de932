require_relative "app/base"
require_relative "app/welds"
require_relative "app/cameras"

use Rack::Attack
map("/cameras") { run Ferrous::Cameras }
map("/") { run Ferrous::Welds }
