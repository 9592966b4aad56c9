"""Who works when, who is away, and did they; modules in reading order below.

errors        what is refused, by name
terms         what a problem is made of: rules, contracts, people, absences, wishes
faults        everything that can be wrong with a problem
problem       the problem itself; re-exports the terms
rota          what a solve gives: assignments, penalties, bound, reasons
reading       JSON values read by path
term_documents  contracts, rules, breaks and goals from JSON
documents     problems and rotas as JSON
windows       what law and contract allow of one shift
shifts        what each person may do on each day
weeks         what somebody owes in a week
groups        people who are interchangeable
staffed       who covers what
goals         the soft goals, priced in plain Python
ledger        a rota looked up person by person
break_rules   breaks re-checked
audit         every rule re-checked without the solver
leave         entitlement, counted days, balance
impact        what an absence does to the staffing, better dates
capacity      weeks ahead: people needed and available
limits        how long a search may take
program       a mixed-integer program
sittings      one person's breaks and the ways to place them
coverage      the counts and their proven bound                    (HiGHS)
cpsat         CP-SAT set up from our limits                        (OR-Tools from here)
shortage      agents missing, as terms of a model
rules         the hard rules of a model
wanted        the soft goals of a model
breaks        lunch waves and breaks of named people
roster        counts to named people
repair        a rota improved a few people at a time
reasons       why a rota is not possible, or not enough
solve         the assembly
dayroster     whole-day shifts, as in the public rostering instances
daysearch     the search for such rosters
"""
