package inventory

import (
	"bytes"
	"slices"
	"strings"
)

// A row that one query binds to one person keeps no tenants apart: that is how anything
// of a person's own is asked for. What binds all questions to him does (a policy of the
// store, an index made for it, the rows that a view may see at all): control_tenants.go.
//
// A tenant is kept apart where a query compares a column with the attribute of the same
// name of whoever is signed in (house_id=current_user.house_id), or asks for the rows of
// the tenant that a signed-in request names.

const (
	// signedIn are names of whoever is signed in.
	signedIn = `(?:\w*[uU]ser|me|scope|session|claims|principal|member|membership|account|viewer|who|caller|actor|identity|person|profile|current\w*|auth\w*|staff|employee|teacher|student|nurse|doctor|clerk|inspector|agent_user|owner|editor|learner|driver|pupil|tutor|signed_?[iI]n|Current|token|jwt|ctx|c|g|locals|state)`
	// attribute asks for his attributes by their names, which its group holds.
	attribute = `((?:(?:\([^()\n]{0,30}\))?(?:(?:\.|->|\?->|\?\.|!\.|&\.)(?:get|Get|getClaim\w*|GetClaim|FindFirstValue|FindFirst|getString|get_claim|value|getAttribute|Value)\(["']\w+["']\)?|\[["':]\w+["']?\]|(?:\.|->|\?->|\?\.|!\.|&\.)\w+(?:\(\))?!?))+\(?)`
	// theirs are columns by which rows belong to a tenant, whatever the product is about.
	theirs = `(?:tenant|org|organi[sz]ation|workspace|company)(?:_?(?:id|Id|ID|key|slug))?|(?:Tenant|Org|Organi[sz]ation|Workspace|Company)(?:Id|ID)`
)

var (
	wordOf          = compile(`\w+`)
	tenantAttribute = compile(`(?:\b|@|\$)` + signedIn + attribute)
	// tenantColumn is a column that a query asks for; its group is the name.
	tenantColumn = compile("(?:\\b|\\b\\w*_)(\\w+)[\"'`]?\\s*(?:=>|={1,3}|!==?|:|,|\\beq\\b|\\bin\\b)")
	tenantBy     = compile(`\b(?:find|get|exists|delete|count|read|query|stream|search)\w*By(\w+)\(`)
	// tenantNamed compares a tenant's column with a value of the program.
	tenantNamed = compile(`\b(?:` + theirs + `)["']?\s*(?:=>|={1,3}|:\s|\beq\b)\s*\^?(?:\$\d|\$\{|#\{|\?\d?\b|:\w|%s|@\w|[\w$][\w$.?!]*)`)
	// tenantOwned asks the tenant of whoever is signed in for what is his; its group is
	// what he calls it.
	tenantOwned = compile(`(?:[uU]ser|[mM]ember|[tT]eacher|[iI]nspector|[pP]erson|[cC]lerk|[nN]urse)(?:\(\))?(?:\.|->|&\.)(\w+)(?:\(\))?(?:\.|->|&\.)\w+(?:\(\))?(?:\.|->|&\.)?(?:(?:find|where|create|build|order|new|latest|first|paginate|get|includes|all|filter|with)\w*[!?]?|\()`)
	// tenantSpace asks a store of vectors for the part of one tenant, or for the rows of
	// one person.
	tenantSpace = compile(`\bnamespace\s*=\s*(?:f["'][^"']*\{)?\w*(?:tenant|org|company|customer|team|workspace)|\.filter\(\s*\w+\s*=\s*(?:self\.)?request\.user\s*[,)]|\b(?:ExactMatchFilter|MetadataFilter)\(\s*key\s*=\s*["'](?:tenant|org|organization|company|customer|team|workspace|house|household|school|firm|club|group)\w*["']`)
	// tenantIndexed compares a tenant's id with that of an object whose name is the
	// product's own.
	tenantIndexed = compile(`\b(\w+_id)["']?\s*(?:=>|==?|[:,])\s*@(?:\w+)(?:\.|\[:?["']?)(\w+_id)\b`)
	// tenantHanded hands the tenant of whoever is signed in to what asks.
	tenantHanded = compile(`\(\s*(?:[\w.@$]+,\s*)*@?` + signedIn + `(?:\([^()\n]{0,20}\))?(?:(?:\.|->|\?\.|!\.)\w+)*(?:\.|->|\?\.|!\.)(?:` + theirs + `)\s*[,)]`)
	// tenantIn asks for the rows of what whoever is signed in has.
	tenantIn = compile(`\.filter\([^)\n]*\b\w+__in\s*=\s*(?:self\.)?request\.user\.\w+`)
	// tenantGiven gives the tenant of whoever is signed in to a statement of SQL.
	tenantGiven = compile(`["'\x60]\s*,\s*(?:[\[({]\s*)?(?:[^;\n]{0,80},\s*)?@?(?:\w+[?!]?\.)*` + signedIn + `(?:(?:\.|->|\?\.|!\.)\w+)*(?:\.|->|\?\.|!\.)(?:` + theirs + `)\s*[,)\]}]`)
	// tenantsRow compares a column that is called like a tenant with the id of one; its
	// groups are the column and what has the id.
	tenantsRow = compile(`\.(?:where|andWhere)\(\s*["'](?:\w+\.)?(\w+?)(?:_id|Id)?["']\s*,\s*(?:["']=["']\s*,\s*)?(\w+)[?!]?\.id\s*\)`)
	// tenantSite knows the tenant by the address that was called.
	tenantSite = compile(`\b\w+(?:By|Of|For|From|_by_|_of_|_for_|_from_)(?:[hH]ost(?:[nN]ame)?|[dD]omain|[sS]ubdomain)\w*\(\s*[\w.$]*(?:[hH]ost(?:[nN]ame)?|[sS]ubdomains?|[dD]omain)\b|\b(?:tenant|org|team|account|company|workspace)\w*(?:By|_by_)?\w*\(\s*[\w.]*\.(?:hostname|host|Host|subdomain)\b`)
	// declared is what stands before the name of a variable.
	declared   = compile(`\b(?:const|let|var|val|final)\s+\{?\s*$`)
	valueGiven = compile(`^["']?\s*=[^=>]`)
	// toldOnly are lines that write what they see into a log, or speak of Azure's tenants.
	toldOnly = compile(`(?i)\bconsole\.|\blog(?:ger|ging)?\b|\bprint|azure|credential|microsoft|entra|msal|authority`)
	// kept is a value that is given to a name, and no query.
	kept = compile(`^\s*(?:export\s+)?(?:(?:const|let|var|val|final|String|string|Long|UUID|Guid|auto|self\.\w+|this\.\w+)\s+)?[\w.$]+\s*:?=\s*[^=]`)
	// handed is what a caller names himself, which keeps nobody apart.
	handed = compile(`(?:=>|={1,3}|[:,\[])\s*(?:input|args|body|params|query|payload|data|dto|opts|options|form|req\.(?:body|query|params)|request\.(?:json|form|args|GET|POST|data)|event\.body|config|process\.env|env|settings|os\.\w+|getenv|Deno\.env|None|null|nil|undefined|string|str|int)\b`)
)

// personal are attributes of a person and of no tenant.
var personal = map[string]bool{
	"id": true, "userid": true, "uid": true, "sub": true, "email": true, "name": true, "username": true, "firstname": true, "lastname": true, "role": true, "roles": true, "permissions": true,
	"password": true, "token": true, "accesstoken": true, "idtoken": true, "refreshtoken": true, "locale": true, "language": true, "timezone": true, "avatar": true, "avatarurl": true,
	"image": true, "picture": true, "plan": true, "phone": true, "theme": true, "credits": true, "balance": true, "status": true, "tier": true, "createdat": true, "updatedat": true,
	"type": true, "expires": true, "expiresat": true, "error": true, "user": true, "settings": true, "preferences": true, "bio": true, "displayname": true, "color": true, "metadata": true,
	"isadmin": true, "admin": true, "active": true, "title": true, "state": true, "url": true, "model": true, "messages": true, "count": true, "key": true, "apikey": true, "value": true, "data": true,
	"login": true, "profile": true, "sessionid": true, "provider": true, "subscriptionstatus": true, "fullname": true, "handle": true, "customerid": true, "stripecustomerid": true, "usage": true,
	"groups": true, "group": true, "scopes": true, "permission": true, "where": true, "filter": true, "select": true, "find": true, "first": true, "query": true, "from": true, "req": true, "request": true, "env": true, "db": true, "params": true, "body": true,
	"json": true, "text": true, "session": true, "auth": true, "method": true, "path": true, "headers": true, "cookies": true, "log": true, "err": true, "ctx": true, "context": true, "limit": true,
	"page": true, "offset": true, "order": true, "slug": true, "date": true, "content": true, "prompt": true, "chatid": true, "messageid": true, "threadid": true, "conversationid": true,
	"orgslug": true, "code": true, "secret": true, "kind": true, "size": true, "index": true, "version": true, "input": true, "output": true, "result": true, "response": true, "level": true,
	"password_hash": true, "sessiontoken": true, "tokenid": true, "ip": true, "host": true, "port": true, "jti": true, "iat": true, "exp": true, "nonce": true, "aud": true, "iss": true,
}

// boundToTenant says whether a line asks a store for what belongs to the tenant of
// whoever is signed in.
func boundToTenant(f *file, pos int, text, lower string) bool {
	if !strings.ContainsAny(text, "=:(,") || len(text) > 2*lineWindow {
		return false
	}
	says := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(lower, w) })
	}
	if says("namespace", "filter(") && (tenantSpace.MatchString(text) || tenantIn.MatchString(text)) {
		return true
	}
	if says("where") && (says("tenant", "org", "workspace", "company") && tenantGiven.MatchString(text) || says(".id") && ofTenant(text)) {
		return true
	}
	return (says("user", "member", "teacher", "inspector", "person", "clerk", "nurse") && owned(text) ||
		says("host", "domain") && tenantSite.MatchString(text) ||
		says("_id") && strings.Contains(text, "@") && tenantIndexed.MatchString(text) ||
		boundTo(f, pos, text, says)) && asksAt(f, pos, text) ||
		says("tenant", "org", "workspace", "company") && tenantHanded.MatchString(text)
}

// owned says whether a line asks the tenant of whoever is signed in for what is his.
func owned(text string) bool {
	m := tenantOwned.FindStringSubmatch(text)
	return m != nil && tenantNames[strings.TrimSuffix(bareName(m[1]), "id")]
}

// ofTenant says whether a line asks for the rows of a tenant that a variable holds.
func ofTenant(text string) bool {
	m := tenantsRow.FindStringSubmatch(text)
	return m != nil && bareName(m[1]) == bareName(m[2]) && tenantNames[bareName(m[1])] && !oftenNoTenant[bareName(m[1])]
}

// oftenNoTenant are names of tenants that more often name what a tenant has.
var oftenNoTenant = set("project", "group", "account", "label", "building", "block", "view", "unit", "city", "county", "town", "line", "space", "court", "region", "residence", "archive", "gallery", "ship", "vessel")

// boundTo says whether a line of a query, with the lines of the same call below it, asks
// for what has the same attribute as whoever is signed in.
func boundTo(f *file, pos int, text string, says func(...string) bool) bool {
	if toldOnly.MatchString(text) {
		return false
	}
	if m := tenantNamed.FindStringIndex(text); says("tenant", "org", "workspace", "company") && m != nil && queries.MatchString(text) && !handed.MatchString(text) && (strings.ContainsAny(text[:m[0]], "([{\"'`.") || strings.Contains(text[:m[0]], "where ")) && !(kept.MatchString(text) && !strings.ContainsAny(text[:m[0]], "([{\"'`")) {
		return true
	}
	whole := text
	if rest := f.data[min(len(f.data), writtenFrom(f.data, pos)+len(text)):]; strings.ContainsAny(text, "(") && !strings.HasSuffix(strings.TrimSpace(text), ";") {
		n := min(len(rest), 240)
		for i, lines := 0, 0; i < n; i++ {
			if rest[i] == ';' || rest[i] == '\n' {
				if lines++; rest[i] == ';' || lines > 3 {
					n = i
				}
			}
		}
		whole += string(rest[:n])
	}
	attributes := map[string]bool{}
	spans := tenantAttribute.FindAllStringSubmatchIndex(whole, -1)
	for _, m := range spans {
		chain := whole[m[2]:m[3]]
		names := wordOf.FindAllString(chain, -1)
		if strings.HasSuffix(chain, "(") || strings.HasSuffix(chain, "()") { // a call
			continue
		}
		if last := names[len(names)-1]; tenantAs(last, whole[m[0]:m[1]]) {
			attributes[tenantOf(last)] = true
		}
	}
	if len(attributes) == 0 {
		return false
	}
	for _, m := range tenantColumn.FindAllStringSubmatchIndex(text, -1) {
		column := tenantOf(text[m[2]:m[3]])
		if !attributes[column] {
			continue
		}
		if before := text[:m[2]]; declared.MatchString(before) || valueGiven.MatchString(text[m[3]:]) && !strings.ContainsAny(before, "([{\"'`") && !strings.Contains(before, "where") {
			continue
		}
		if slices.ContainsFunc(spans, func(at []int) bool { return at[2] <= m[2] && m[2] < at[3] }) { // the attribute itself
			continue
		}
		return true
	}
	for _, m := range tenantBy.FindAllStringSubmatch(text, -1) {
		for _, c := range strings.Split(strings.ReplaceAll(m[1], "Or", "And"), "And") {
			if attributes[tenantOf(c)] {
				return true
			}
		}
	}
	return false
}

// asksAt says whether a line asks a store, or goes on with a call that does.
func asksAt(f *file, pos int, text string) bool {
	if queries.MatchString(text) || tenantSite.MatchString(text) {
		return true
	}
	begin := writtenFrom(f.data, pos)
	for range 4 {
		if begin == 0 {
			return false
		}
		end := begin - 1
		begin = writtenFrom(f.data, end)
		above := f.data[begin:end]
		switch {
		case len(bytes.TrimSpace(above)) == 0, bytes.HasSuffix(bytes.TrimSpace(above), []byte(";")):
			return false
		case queries.Match(above):
			return true
		}
	}
	return false
}

// queries are words by which a store is asked.
var queries = compile(`(?i)\b(?:where|filter(?:_by)?|find\w*|select|from|query\w*|scope|get_object_or_404|one!?|all|first\w*|single\w*|any\w*|eq|match|update\w*|delete\w*|insert\w*|count\w*|aggregate|paginate|latest|objects|prepare|exec\w*)\b\s*[({:!(<]|\bfrom\s+\w+\s+in\b|\bwhere:|->\w+\(\)->|\.Where\(|\.find_by|Params\{|["'\x60]\s*(?:select|update|delete|insert)\s|\bwhere\s+\w+\.?\w*\s*=|By\w+\(|\{\s*where\b|\.of\(|\bfor_\w+\(|\b(?:list|load|get|fetch|search)\w*\(`)

// tenantOf is a bare name without the "id" at its end: what it is of.
func tenantOf(name string) string {
	n := bareName(name)
	if of := strings.TrimSuffix(n, "id"); len(of) > 2 && !personal[n] {
		return of
	}
	return n
}

// tenantNames are what products call a tenant.
var tenantNames = set(strings.Fields(`tenant org organization organisation company team workspace household family club
	school house station group firm clinic practice shop store department site plant branch office agency account business
	project institution community hospital district farm kitchen studio partner municipality council parish fleet restaurant
	venue lab laboratory museum library crew space realm yard garden hotel brand merchant vendor employer association society
	church ward insurer centre center nursery broker carrier dealer operator base camp region territory chapter guild union
	publisher newsroom theatre theater gallery archive orchestra choir zoo port harbour harbor airline depot warehouse factory
	mill mine quarry vineyard winery brewery bakery cafe bar pub salon spa gym dojo academy university college faculty campus
	court chamber embassy ministry bureau regiment brigade squad troop unit division subsidiary franchise estate residence
	building block commune cooperative coop foundation charity trust bank surgery pharmacy dentist shelter hospice lodge resort
	hostel ranch orchard greenhouse vessel ship garage workshop forge atelier label county city town village line landlord
	carehome home rink theatrecompany customerorg activeorganization activeteam currentteam buyer supplier contractor dairy`)...)

// ofRequest are words for whoever is signed in, of whom any attribute that is an id but
// his own may be a tenant's.
var ofRequest = compile(`(?i)current_?user|session|scope|\breq\b|request|\bctx\b|context|locals|claims|principal|\bme\b|\bwho\b|\bcaller\b`)

// notOfTenants are ids that a session may hold and that are no tenant's.
var notOfTenants = set("user", "session", "conversation", "chat", "message", "thread", "client", "request", "trace", "customer", "stripecustomer", "model", "wechat", "userpool", "pool", "device", "run", "job", "task",
	"file", "document", "agent", "assistant", "app", "page", "event", "state", "connection", "internal", "external", "subscription", "price", "token", "key", "correlation", "transaction", "order", "item", "plan", "author", "owner", "creator", "parent", "backend", "bot", "channel", "prompt", "dataset", "execution", "process")

// tenantAs says whether an attribute is that of a tenant.
func tenantAs(attribute, of string) bool {
	name := bareName(attribute)
	bare := strings.TrimSuffix(strings.TrimSuffix(name, "id"), "slug")
	if bare == "" || personal[name] || notOfTenants[bare] {
		return false
	}
	return tenantNames[bare] || bare != name && len(bare) > 2 && ofRequest.MatchString(of)
}
