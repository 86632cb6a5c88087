/** Words that say nothing about which Skill is meant. */
export const stopWords: ReadonlySet<string> = new Set(
	`a an the this that these those it its it's is are was were be been being am do does did doing done has have had having
	will would shall should can could may might must i me my mine myself we us our ours you your yours yourself he him his she
	her hers they them their theirs one ones of to in on at by for from with within without into onto upon over under about
	above below between among through across along around as and or nor but if then than so such because while although though
	unless whether since until during after before not no yes any some all each every both either neither more most much many
	few less least several other others another same own too very just only also even still already yet ever never always often
	sometimes usually please kindly what which who whom whose when where why how up down out off again once here there now via
	per etc like s t re ve ll d m don doesn didn isn aren wasn won wouldn couldn shouldn can't don't i'm i'd i've i'll let's
	hi hello hey thanks thank thx ok okay oh well
	want wants wanted need needs needed wish help helps helped helping assist assisting assistance try trying tried let lets
	use uses used using able possible make sure give gives given giving provide provides provided providing tell tells telling
	know knows knowing known think thinking thought looking interested interest curious wondering love appreciate hope
	would'd something anything everything nothing someone anyone thing things stuff kind kinds sort way ways lot lots bit
	really actually currently recently preferably especially specifically particularly exactly simply easily quickly directly
	specific particular certain various different suitable relevant appropriate related regarding concerning including include
	includes included based according additionally furthermore moreover however therefore thus instead else
	good great best better nice right main important necessary available complete full whole entire detailed
	first second third next last
	new new result results tool tools function functions feature features parameter parameters argument arguments optional
	default string number integer boolean array object value values true false null returns returned returning
	e.g i.e`.split(/\s+/),
);

/** Verbs of any request: they say only a little, but what is asked for. */
export const faintVerbs: ReadonlySet<string> = new Set(
	`show find get see look check set put take go come keep bring ask answer say work works working start begin end plan
	suggest recommend understand learn explain discuss describe create make generate build produce offer allow allows enable enables
	buy compare choose decide improve change explore enjoy share return`.split(/\s+/),
);

/** Other words so common that they say only a little, and by themselves nothing. */
export const faintWords: ReadonlySet<string> = new Set(
	`information info details detail data item items list lists name names type types set sets option options example examples
	time times day days today year years week month people person man woman friend friends family home place world life
	part parts case point number numbers group area side top high low small large big long short old young early late
	current recent latest various available popular interesting favorite amazing perfect simple easy quick
	suggestion suggestions recommendation recommendations
	question questions problem issue issues idea ideas topic topics reason purpose need goal support
	user users worth
	online app application platform service services system process content
	yesterday today tomorrow tonight morning evening monday tuesday wednesday thursday friday saturday sunday now
	two three four five six seven eight nine ten`.split(/\s+/),
);
