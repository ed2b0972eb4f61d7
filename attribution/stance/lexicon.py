"""Words that name actors without a proper name, and the words that compete for naming the same thing.

Both lists are ours, in English, and deliberately short: what is not listed is simply not offered as a target.
"""

from __future__ import annotations

ACTOR_NOUNS = frozenset(
    """
    activists administration agency airline airlines alliance ambassador army association attackers authorities
    authority bank banks board brigade bloc cabinet campaigners charity church club coalition commission
    commissioner committee companies company contractor contractors corporation council court crowd defectors
    defendants delegation demonstrators department developer developers dissidents doctors drivers employees
    employers extremists faction factory families farmers federation fighters firm firms forces foundation gang
    gangs government governor group groups guards guerrillas gunmen hardliners hospital hospitals insurgents
    intruders investigators investors islamists journalists judge judges junta landlord landlords lawmakers
    lawyers leader loyalists manufacturer marchers marines mayor mercenaries migrants militants military militia
    militias miners minister ministers ministry mob movement nationalists navy newcomers nurses occupiers
    officers officials operator opposition organisation organization parents parishioners parliament party
    patients peacekeepers pilots police premier president prime prisoners prosecutor prosecutors protesters
    protestors rebels refugees regime regulator regulators rescuers residents retailer rioters scientists
    separatists settlers shareholders shoppers soldiers squatters staff strikers students suspects teachers team
    tenants terrorists traders troops union unionists unions university utility vigilantes villagers volunteers
    voters watchdog workers
    """.split()
)

CONTRASTS: dict[str, frozenset[str]] = {
    "armed group": frozenset(
        "militants fighters terrorists rebels insurgents gunmen guerrillas extremists separatists freedom-fighters "
        "jihadists mercenaries militiamen combatants resistance".split()
    ),
    "people in power": frozenset("government regime administration authorities junta rulers leadership".split()),
    "military action": frozenset(
        "operation offensive onslaught assault incursion invasion raid campaign bombardment attack strike "
        "massacre blitz crackdown".split()
    ),
    "public protest": frozenset(
        "protest demonstration rally march riot riots unrest uprising revolt mob sit-in".split()
    ),
    "protesters": frozenset(
        "protesters protestors demonstrators marchers activists rioters agitators mob thugs".split()
    ),
    "people on the move": frozenset(
        "migrants refugees asylum-seekers arrivals illegals newcomers intruders aliens expatriates".split()
    ),
    "labour dispute": frozenset("strike walkout stoppage industrial-action disruption sabotage".split()),
    "public money": frozenset(
        "spending investment handout handouts subsidy subsidies bailout support windfall".split()
    ),
    "reform": frozenset("reform overhaul cuts cutbacks savings shake-up purge modernisation restructuring".split()),
}

TITLES = frozenset(
    """
    admiral ambassador archbishop attorney bishop brigadier cabinet captain chairman chairwoman chancellor chief
    colonel commander commissioner congressman congresswoman councillor countess detective director doctor dr
    duke emperor executive father foreign former gen general gov governor inspector judge justice king lady
    lieutenant lord madam major mayor minister miss mr mrs ms officer pope premier president prime prince
    princess prof professor queen rabbi rep representative rev reverend secretary sen senator sergeant sheikh
    sheriff sir sister speaker sultan superintendent vice
    """.split()
)

NOT_NAMES = frozenset(
    """
    a about according after afterwards again all also although always an and another any april are as ask asked
    at august back because been before being between both but by can could critics day days december despite did
    do does during each earlier early either english even every everyone everything experts february few finally
    first for four friday from further given god had has have he her here his how however i if in indeed instead
    internet is it its january july june just last late later less let like local many march may maybe meanwhile
    moreover monday more most much my national neither never next no nobody none nor not nothing november now
    october of off on once one only or other others our out over people perhaps please rather read saturday
    second see september several she should show since so some something sometimes soon still such sunday
    sunday's ten than that the their them then there these they third this those though three through thursday
    thus time to today together tomorrow tonight too tuesday two under until up us very was we wednesday week
    weeks well were what when where whether which while who why will with within without would year years yes
    yesterday yet you your
    """.split()
)

ACTING = frozenset(
    """
    accused acknowledged added admitted agreed announced appeared approved argued asked attacked backed banned
    began blamed blocked called came claimed condemned confirmed continued decided declined defended demanded
    denied described did dismissed does ended expects expelled failed faced faces found gave had has hailed held
    insisted insists is killed launched led left lost made met must opened opposed ordered plans pledged praised
    promised proposed refused rejected released reported returned says seized sent signed spent started stood
    suspended threatened tells told took tried turned urged voted vowed wants warned was were will won would
    wrote
    """.split()
)

PLACE_BEFORE = frozenset(
    "at in near outside around across off toward towards north south east west via through".split()
)

STATES = frozenset(
    """
    afghanistan albania algeria argentina armenia australia austria azerbaijan bangladesh belarus belgium
    bolivia bosnia brazil britain bulgaria cambodia cameroon canada chad chile china colombia congo croatia cuba
    cyprus denmark ecuador egypt england eritrea estonia ethiopia finland france georgia germany ghana greece
    guatemala haiti honduras hungary iceland india indonesia iran iraq ireland israel italy japan jordan
    kazakhstan kenya kosovo kuwait kyrgyzstan laos latvia lebanon libya lithuania malaysia mali malta mexico
    moldova mongolia morocco mozambique myanmar nepal netherlands nicaragua niger nigeria norway oman pakistan
    palestine panama paraguay peru philippines poland portugal qatar romania russia rwanda scotland senegal
    serbia singapore slovakia slovenia somalia spain sudan sweden switzerland syria taiwan tajikistan tanzania
    thailand tunisia turkey turkmenistan uganda ukraine uruguay uzbekistan venezuela vietnam yemen zambia
    zimbabwe
    """.split()
)

CAPITALS = {
    "ankara": "Turkey", "athens": "Greece", "baghdad": "Iraq", "beijing": "China", "belgrade": "Serbia",
    "berlin": "Germany", "brussels": "European Union", "budapest": "Hungary", "cairo": "Egypt", "damascus": "Syria",
    "islamabad": "Pakistan", "kabul": "Afghanistan", "kyiv": "Ukraine", "kiev": "Ukraine", "madrid": "Spain",
    "minsk": "Belarus", "moscow": "Russia", "paris": "France", "pyongyang": "North Korea", "riyadh": "Saudi Arabia",
    "rome": "Italy", "seoul": "South Korea", "taipei": "Taiwan", "tehran": "Iran", "tokyo": "Japan",
    "warsaw": "Poland", "washington": "United States",
}  # fmt: skip
