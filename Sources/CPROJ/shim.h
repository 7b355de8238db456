// PROJ: the C interface of version 6 and later, and C. F. F. Karney's geodesics, which need no context.
#pragma once
#include <proj.h>
#include <geodesic.h>
