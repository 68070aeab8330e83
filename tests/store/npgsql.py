"""What Npgsql 4.0 and Power BI's connector ask when they connect, after recordings of both."""

LOAD_TYPES = """
    SELECT ns.nspname, a.typname, a.oid, a.typrelid, a.typbasetype,
           CASE WHEN p.proname = 'array_recv' THEN 'a' ELSE a.typtype END AS type,
           CASE WHEN p.proname = 'array_recv' THEN a.typelem WHEN a.typtype = 'r' THEN rngsubtype ELSE 0 END AS elemoid,
           CASE WHEN p.proname IN ('array_recv', 'oidvectorrecv') THEN 3 WHEN a.typtype = 'r' THEN 2
                WHEN a.typtype = 'd' THEN 1 ELSE 0 END AS ord
      FROM pg_type AS a
      JOIN pg_namespace AS ns ON (ns.oid = a.typnamespace)
      JOIN pg_proc AS p ON p.oid = a.typreceive
      LEFT OUTER JOIN pg_class AS cls ON (cls.oid = a.typrelid)
      LEFT OUTER JOIN pg_type AS b ON (b.oid = a.typelem)
      LEFT OUTER JOIN pg_class AS elemcls ON (elemcls.oid = b.typrelid)
      LEFT OUTER JOIN pg_range ON (pg_range.rngtypid = a.oid)
     WHERE a.typtype IN ('b', 'r', 'e', 'd') OR (a.typtype = 'c' AND cls.relkind = 'c')
        OR (p.proname = 'array_recv' AND (b.typtype IN ('b', 'r', 'e', 'd')
            OR (b.typtype = 'p' AND b.typname IN ('record', 'void')) OR (b.typtype = 'c' AND elemcls.relkind = 'c')))
        OR (a.typtype = 'p' AND a.typname IN ('record', 'void'))
     ORDER BY ord
"""
LOAD_COMPOSITES = """
    SELECT typ.oid, att.attname, att.atttypid
      FROM pg_type AS typ
      JOIN pg_namespace AS ns ON (ns.oid = typ.typnamespace)
      JOIN pg_class AS cls ON (cls.oid = typ.typrelid)
      JOIN pg_attribute AS att ON (att.attrelid = typ.typrelid)
     WHERE typ.typtype = 'c' AND cls.relkind = 'c' AND attnum > 0 AND NOT attisdropped
     ORDER BY typ.typname, att.attnum
"""
LOAD_ENUMS = """
    SELECT pg_type.oid, enumlabel FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid ORDER BY oid, enumsortorder
"""
LIST_TABLES = """
    SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.tables
     WHERE TABLE_SCHEMA NOT IN ('information_schema', 'pg_catalog') ORDER BY TABLE_SCHEMA, TABLE_NAME
"""
LIST_COLUMNS = """
    SELECT COLUMN_NAME, ORDINAL_POSITION, IS_NULLABLE,
           CASE WHEN (data_type LIKE '%%unsigned%%') THEN DATA_TYPE || ' unsigned' ELSE DATA_TYPE END AS DATA_TYPE
      FROM INFORMATION_SCHEMA.columns WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s
     ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION
"""
FOREIGN_KEYS = """
    SELECT pkcol.COLUMN_NAME AS PK_COLUMN_NAME, fkcol.TABLE_SCHEMA, fkcol.TABLE_NAME, fkcol.COLUMN_NAME,
           fkcol.ORDINAL_POSITION, fkcon.CONSTRAINT_SCHEMA || '_' || fkcol.TABLE_NAME || '_' || 'dim' AS FK_NAME
      FROM (SELECT DISTINCT constraint_catalog, constraint_schema, unique_constraint_schema, constraint_name,
                            unique_constraint_name FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS) fkcon
     INNER JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE fkcol
        ON fkcon.CONSTRAINT_SCHEMA = fkcol.CONSTRAINT_SCHEMA AND fkcon.CONSTRAINT_NAME = fkcol.CONSTRAINT_NAME
     INNER JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE pkcol
        ON fkcon.UNIQUE_CONSTRAINT_SCHEMA = pkcol.CONSTRAINT_SCHEMA
       AND fkcon.UNIQUE_CONSTRAINT_NAME = pkcol.CONSTRAINT_NAME
"""
FOLDED = """
    select "rows"."channel_key" as "channel_key", count(1) as "a0", sum("rows"."attempts") as "a1"
      from (select "_"."channel_key", "_"."attempts", "_"."sent_at" from "bi_v1"."fact_messages" "_"
             where "_"."sent_at" >= timestamp '2026-01-01 00:00:00') "rows"
     group by "channel_key" limit 1000001
"""
