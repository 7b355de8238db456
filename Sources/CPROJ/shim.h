// PROJ: the C interface of version 6 and later.
#pragma once
#include <proj.h>
