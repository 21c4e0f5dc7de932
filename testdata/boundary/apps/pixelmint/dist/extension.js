"use strict";
var c=require("@supabase/supabase-js").createClient("https://qmhvnwtrycpoledgaxks.supabase.co","<<supabase-anon-jwt:site>>");
var h="<<huggingface-user-token:build>>";
//# sourceMappingURL=extension.js.map
