"""What the database refuses about internal audits: the SQL of the triggers in `internal` and `internal_items`."""

from declarations.enums import ORGANISING_ACTIONS

# Whoever wrote a statement, in this version of the declaration or an earlier one of the same period, or looks after it,
# does not audit it (4.6.2.5). The twin in Python is selectors/internal_own_work.py.
REFUSE_OWN_WORK = f"""
    IF EXISTS (
        SELECT 1 FROM audits_internalauditor auditor
        JOIN audits_internalaudit audit ON audit.id = auditor.audit_id
        JOIN declarations_declaration declaration ON declaration.id = audit.declaration_id
        JOIN declarations_declaration version ON version.service_id = declaration.service_id
            AND version.period_start = declaration.period_start
            AND version.version <= declaration.version
        JOIN declarations_statement statement ON statement.declaration_id = version.id
            AND statement.control_id = NEW.control_id
        WHERE auditor.id = NEW.auditor_id
          AND (
              (version.id = declaration.id AND statement.owner_id = auditor.person_id)
              OR EXISTS (
                  SELECT 1 FROM declarations_statementhistory line
                  WHERE line.statement_id = statement.id AND line.actor_id = auditor.person_id
                    AND line.action NOT IN ({", ".join(f"'{action}'" for action in ORGANISING_ACTIONS)})
              )
          )
    ) THEN
        RAISE EXCEPTION 'internalaudititem_of_own_work'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""  # noqa: S608 -- the names are our own constants

# OLD is null on insert and NEW on delete.
REFUSE_UNFIT_ITEM = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_internalaudit audit
        WHERE audit.id = COALESCE(NEW.audit_id, OLD.audit_id) AND audit.state IN ('planned', 'running')
    ) THEN
        RAISE EXCEPTION 'internalaudititem_of_reported_audit'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.result <> '' THEN
            RAISE EXCEPTION 'internalaudititem_tested_is_kept'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.result <> '' AND NOT EXISTS (
        SELECT 1 FROM audits_internalaudit audit
        WHERE audit.id = NEW.audit_id AND audit.state = 'running'
    ) THEN
        RAISE EXCEPTION 'internalaudititem_tested_while_running'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM audits_internalaudit audit
        JOIN declarations_statement statement ON statement.declaration_id = audit.declaration_id
        WHERE audit.id = NEW.audit_id AND statement.control_id = NEW.control_id
          AND statement.adoption = 'adopted'
    ) THEN
        RAISE EXCEPTION 'internalaudititem_of_adopted_control'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.auditor_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM audits_internalauditor auditor
        WHERE auditor.id = NEW.auditor_id AND auditor.audit_id = NEW.audit_id
    ) THEN
        RAISE EXCEPTION 'internalaudititem_auditor_of_audit'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.result <> 'nonconforms' AND EXISTS (
        SELECT 1 FROM audits_nonconformity fact
        WHERE fact.item_id = NEW.id AND fact.withdrawn_at IS NULL
    ) THEN
        RAISE EXCEPTION 'internalaudititem_has_nonconformity'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
REFUSE_AUDITOR_AFTER_REPORT = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_internalaudit audit
        WHERE audit.id = COALESCE(NEW.audit_id, OLD.audit_id) AND audit.state IN ('planned', 'running')
    ) THEN
        RAISE EXCEPTION 'internalauditor_of_reported_audit'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""
REFUSE_UNFIT_AUDIT = """
    IF NOT EXISTS (
        SELECT 1 FROM declarations_declaration declaration
        JOIN audits_internalauditprogramme programme ON programme.service_id = declaration.service_id
        WHERE declaration.id = NEW.declaration_id AND programme.id = NEW.programme_id
          AND declaration.state IN ('fixed', 'superseded')
    ) THEN
        RAISE EXCEPTION 'internalaudit_of_fixed_declaration_and_its_programme'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
REFUSE_EARLY_START = """
    IF NOT EXISTS (SELECT 1 FROM audits_internalaudititem item WHERE item.audit_id = NEW.id)
        OR EXISTS (
            SELECT 1 FROM audits_internalaudititem item
            WHERE item.audit_id = NEW.id AND item.auditor_id IS NULL
        )
    THEN
        RAISE EXCEPTION 'internalaudit_starts_with_assigned_items'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
REFUSE_UNFINISHED_REPORT = """
    IF NOT EXISTS (SELECT 1 FROM audits_internalaudititem item WHERE item.audit_id = NEW.id)
        OR EXISTS (
            SELECT 1 FROM audits_internalaudititem item
            WHERE item.audit_id = NEW.id AND (item.result = '' OR (
                item.result = 'nonconforms' AND NOT EXISTS (
                    SELECT 1 FROM audits_nonconformity fact
                    WHERE fact.item_id = item.id AND fact.withdrawn_at IS NULL
                )
            ))
        ) OR EXISTS (
            SELECT 1 FROM audits_nonconformity fact
            JOIN audits_internalaudititem item ON item.id = fact.item_id
            WHERE item.audit_id = NEW.id AND fact.withdrawn_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM audits_correctiveaction answer
                WHERE answer.nonconformity_id = fact.id AND answer.verification <> 'ineffective'
            )
        )
    THEN
        RAISE EXCEPTION 'internalaudit_report_is_complete'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM audits_internalauditor auditor
        WHERE auditor.audit_id = NEW.id AND auditor.person_id = NEW.approved_by_id
    ) THEN
        RAISE EXCEPTION 'internalaudit_approver_is_no_auditor'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
# A fact is stated while the audit runs, about an item that does not conform; it is never removed.
REFUSE_UNFIT_FACT = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_internalaudititem item
        JOIN audits_internalaudit audit ON audit.id = item.audit_id
        WHERE item.id = NEW.item_id AND audit.state = 'running' AND item.result = 'nonconforms'
    ) THEN
        RAISE EXCEPTION 'nonconformity_of_running_audit'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
# Actions go on after the report; the verifier is an auditor of that audit and not who was responsible.
REFUSE_UNFIT_ACTION = """
    IF TG_OP = 'INSERT' AND NOT EXISTS (
        SELECT 1 FROM audits_nonconformity fact
        WHERE fact.id = NEW.nonconformity_id AND fact.withdrawn_at IS NULL
    ) THEN
        RAISE EXCEPTION 'correctiveaction_of_live_nonconformity'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.verified_by_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM audits_nonconformity fact
        JOIN audits_internalaudititem item ON item.id = fact.item_id
        JOIN audits_internalauditor auditor ON auditor.audit_id = item.audit_id
        WHERE fact.id = NEW.nonconformity_id AND auditor.person_id = NEW.verified_by_id
          AND NEW.verified_by_id <> NEW.owner_id
    ) THEN
        RAISE EXCEPTION 'correctiveaction_verified_by_another_auditor'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
