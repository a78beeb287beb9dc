-- Each sign-in forgets the tries of long ago, and anybody can add some.
CREATE INDEX attempts_by_last ON attempts (last);

-- The log of acts only grows: who looks for what somebody did, or who did something, must not read back through all of it.
CREATE INDEX acts_of_actor ON acts (actor, number);
CREATE INDEX acts_of_kind ON acts (act, number);
