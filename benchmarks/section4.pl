% Section 4 in Prolog, for the benchmark: both worlds of one case, without certainty and reasons.
% Facts: plain(E,Tone,Healthy). complex(G). member(G,E,Negated). mech(Id,Subject,Sign,Object,Strength,Needs).
% sufficient(E). given(E,Level). act(E,Direction,Strength). Directions are -1, 0, 1; ranks and levels count from 0.

:- dynamic plain/3, complex/1, member/3, mech/6, sufficient/1, given/2, act/3.
:- dynamic settled/4, pinned/1, level/2, waiting/5, key/1.
:- table loss/2, depth/2.

to_lose(inducible, L, X) :- nth0(L, [0,1,1,2,3], X).
to_lose(constitutive, L, X) :- nth0(L, [0,2,3,3,3], X).

loss(E, X) :- complex(E), !, findall(C, (member(E,M,N), contribution(M,N,C)), Cs), min_list(Cs, X).
loss(E, X) :- plain(E, Tone, _), level(E, L), to_lose(Tone, L, X).

contribution(E, 0, C) :- loss(E, C).
contribution(E, 1, C) :- loss(E, L), C is 3 - L.

room(E, R) :- complex(E), !, loss(E, L), ( L =:= 3 -> R = 2 ; R = 3 ).
room(E, R) :- level(E, L), ( L =:= 4 -> R = 2 ; R = 3 ).

head(E, -1, H) :- !, loss(E, H).
head(E, 1, H) :- !, room(E, H).
head(E, 0, H) :- loss(E, L), room(E, R), H is max(L, R).

depth(E, 0) :- plain(E, _, _).
depth(G, D) :- complex(G), findall(X, (member(G,M,_), depth(M,X)), Xs), max_list(Xs, Y), D is Y + 1.

gives(E, N, G) :-
    contribution(E, N, C),
    (   settled(E, D0, S, _)
    ->  ( N =:= 1 -> D is -D0 ; D = D0 ),
        ( D =:= -1 -> G is max(C - S, 0) ; G is max(C, S) )
    ;   G = C ).

least(Gate, Without, L) :-
    findall(X, (member(Gate,M,N), M \== Without, gives(M,N,X)), Xs),
    ( Xs == [] -> L = 3 ; min_list(Xs, L) ).

remains(S, Sign, T, Strength) :-
    mech(_, F, Sign, T, FS, _), F \== S,
    loss(F, L), C is min(FS, L), C >= Strength,
    \+ ( settled(F, -1, X, _), X >= Strength ), !.

transmit(mech(_,S,Sign,T,MS,_), D, R, Way, X) :-
    head(T, Way, H), Y is min(min(R, MS), H),
    (   D =:= -1, Y > 0, remains(S, Sign, T, Y)
    ->  ( sufficient(T) -> X = 0 ; X is Y - 1 )
    ;   X = Y ).

by_mechanism(M, After) :-
    M = mech(_,S,Sign,T,_,Needs),
    settled(S, D, R, N),
    (   R >= Needs
    ->  Way is D * Sign,
        (   complex(T)
        ->  transmit(M, D, R, -1, Fall), transmit(M, D, R, 1, Rise), gated(T, none, Way, Fall, Rise, X)
        ;   transmit(M, D, R, Way, X) ),
        wait(T, Way, X, N, After)
    ;   true ).

by_member(Gate, E, Negated, After) :-
    settled(E, D, R, N), ( Negated =:= 1 -> Way is -D ; Way = D ),
    head(Gate, -1, L), Fall is min(R, L), head(Gate, 1, H), Rise is min(R, H),
    gated(Gate, E, Way, Fall, Rise, X),
    wait(Gate, Way, X, N, After).

gated(_, _, -1, Fall, _, Fall) :- !.
gated(Gate, Without, Way, Fall, Rise, X) :-
    least(Gate, Without, L), Y is min(Rise, L),
    ( Way =:= 1 -> X = Y ; L =:= 0 -> X = 0 ; X is max(Fall, Y) ).

wait(_, _, 0, _, _) :- !.
wait(T, Way, X, N, After) :-
    Steps is max(N, After) + 1, depth(T, D), K is (3 - X) * 100000 + Steps * 10 + D,
    ( key(K) -> true ; assertz(key(K)) ),
    assertz(waiting(K, T, Way, X, Steps)).

next(K) :- findall(X, key(X), Xs), Xs \== [], min_list(Xs, K).

settle :-
    findall(E, settled(E,_,_,_), Fresh),
    forall(member(E, Fresh), propose(E)),
    tiers.

tiers :- next(K), !, retract(key(K)), tier(K), tiers.
tiers.

tier(K) :-
    findall(T-Way, ( retract(waiting(K,T,Way,_,_)), \+ shut(T, Way) ), Pairs),
    X is 3 - K // 100000, Steps is K mod 100000 // 10,
    findall(T, (member(T-_, Pairs), \+ settled(T,_,_,_), \+ pinned(T)), Ts), sort(Ts, Fresh),
    forall(member(T, Fresh), ( findall(W, member(T-W, Pairs), Ws), sort(Ws, Dirs),
                               ( Dirs = [D] -> true ; D = 0 ), assertz(settled(T, D, X, Steps)) )),
    forall(member(T, Fresh), propose(T)),
    forall(member(T, Fresh), again(T, Fresh, Steps)).

shut(T, Way) :- Way =\= -1, complex(T), least(T, none, 0).

propose(E) :-
    forall(mech(I,E,S,T,X,N), by_mechanism(mech(I,E,S,T,X,N), 0)),
    forall(member(G,E,N), by_member(G, E, N, 0)).

earlier(E, Dirs, Fresh) :- settled(E, D, _, _), memberchk(D, Dirs), \+ memberchk(E, Fresh).

again(E, Fresh, Steps) :-
    settled(E, D, _, _),
    (   D =:= -1
    ->  forall(( mech(_,E,Sign,T,_,_), mech(I,F,Sign,T,X,N), earlier(F, [-1], Fresh) ),
               by_mechanism(mech(I,F,Sign,T,X,N), Steps))
    ;   true ),
    forall(( member(G,E,Neg), opens(Neg, Ds), memberchk(D, Ds) ), reopen(G, Fresh, Steps)).

opens(0, [1,0]).
opens(1, [-1,0]).

reopen(G, Fresh, Steps) :-
    forall(( member(G,M,Neg), opens(Neg, Ds), earlier(M, Ds, Fresh) ), by_member(G, M, Neg, Steps)),
    forall(( mech(I,S,Sign,G,X,N), earlier(S, [Sign,0], Fresh) ), by_mechanism(mech(I,S,Sign,G,X,N), Steps)).

give(E, D, S) :-
    ( pinned(E) -> true ; assertz(pinned(E)) ),
    head(E, D, H), X is min(S, H),
    ( X > 0 -> assertz(settled(E, D, X, 0)) ; true ).

reset :-
    abolish_all_tables, retractall(settled(_,_,_,_)), retractall(pinned(_)),
    retractall(waiting(_,_,_,_,_)), retractall(key(_)).

untreated :-
    reset, retractall(level(_,_)),
    forall(plain(E,_,H), assertz(level(E,H))),
    forall(given(E,L), ( plain(E,_,H), Far is min(abs(L - H), 2), nth0(Far, [0,2,3], S),
                         ( L > H -> D = 1 ; D = -1 ), give(E, D, S) )),
    settle,
    findall(E-L, ( plain(E,_,H), after(E, H, L), L =\= H ), Changed),
    forall(member(E-L, Changed), ( retract(level(E,_)), assertz(level(E,L)) )).

after(E, _, L) :- given(E, L), !.
after(E, H, L) :- settled(E, 1, S, _), !, nth0(S, [0,1,3,4], X), L is max(H, X).
after(E, H, L) :- settled(E, -1, S, _), S >= 2, !, L is min(H, 1).
after(_, H, H).

treated :- reset, forall(act(E,D,S), give(E, D, S)), settle.

% `member` of lists has two arguments, that of complexes three.
main :- untreated, treated, forall(settled(E,D,S,N), format("~w ~w ~w ~w~n", [E,D,S,N])).
