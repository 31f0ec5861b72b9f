"""What stands behind ./run: standard library only, because it runs before anything is installed.

From the outside in:

    cli                  the words after ./run, and the help
    commands             demo, test, e2e, bench, manage, reset: each reads like its description
    stack                the application as processes: migrate, seed, beat, workers, web
    servers              PostgreSQL and Valkey, embedded or given by the environment
    postgres  valkey     the two embedded servers
    databases            a fresh database; the one script here that runs inside .venv
    address  health      which address; is it really our application that answers there?
    slots                state directories, each used by one run at a time
    supervisor           child processes: started in order, stopped in reverse, never orphaned
    virtualenv           .venv from the hash-locked requirements
    packages             the Debian packages that PDF and the browser tests need
    without_pdf          a pytest plugin for machines that lack those packages
    unprivileged         the servers refuse root: who runs them then
    checkout  console    where things are; what is said
"""
