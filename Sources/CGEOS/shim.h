// GEOS through its re-entrant functions only: without this macro the header would offer the global ones too.
#pragma once
#define GEOS_USE_ONLY_R_API
#include <geos_c.h>
