#include "postgres.h"

#include "access/xlog.h"
#include "access/xlog_internal.h"
#include "access/xloginsert.h"
#include "fmgr.h"

/* A resource manager for WAL records of its own: https://www.postgresql.org/docs/18/custom-rmgr.html */
PG_MODULE_MAGIC;

#define OWN_WAL_ID RM_EXPERIMENTAL_ID

static void redo(XLogReaderState *record) {}

static void describe(StringInfo text, XLogReaderState *record) {}

static const char *identify(uint8 info) {
  return "OWN";
}

static const RmgrData manager = {
  .rm_name = "own_wal", .rm_redo = redo, .rm_desc = describe, .rm_identify = identify
};

void _PG_init(void) {
  RegisterCustomRmgr(OWN_WAL_ID, &manager);
}

PG_FUNCTION_INFO_V1(write_own_record);

Datum write_own_record(PG_FUNCTION_ARGS) {
  const char content[] = "own";
  XLogBeginInsert();
  XLogRegisterData(content, sizeof(content));
  XLogFlush(XLogInsert(OWN_WAL_ID, 0));
  PG_RETURN_VOID();
}
